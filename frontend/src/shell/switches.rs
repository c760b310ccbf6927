//! The language and the theme.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::components::is_plain;
use crate::reactive::text;
use crate::route::Route;
use crate::session::session;
use crate::words::Language;

#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let session = session();
    let option = move |language: Language| {
        let address = text(move || {
            let route = session.route.get();
            Route { language, ..route }.to_query()
        });
        let chosen = text(move || (session.language() == language).to_string());
        let choose = move |event: MouseEvent| {
            if is_plain(&event) {
                event.prevent_default();
                session.speak(language);
            }
        };
        view! {
            <a
                href=address
                lang=language.code()
                hreflang=language.code()
                title=language.name()
                aria-label=format!("{} {}", language.code().to_uppercase(), language.name())
                aria-current=chosen
                on:click=choose
            >
                {language.code().to_uppercase()}
            </a>
        }
    };
    view! {
        <nav class="languages" aria-label=text(move || session.words().language)>
            {Language::ALL.map(option).collect_view()}
        </nav>
    }
}

#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let session = session();
    let label = move || session.theme.get().label(session.words());
    let next = move |_| {
        let theme = session.theme.get_untracked().next();
        theme.apply();
        session.theme.set(theme);
    };
    view! {
        <button
            type="button"
            class="theme"
            title=text(label)
            aria-label=text(label)
            data-choice=text(move || session.theme.get().code().unwrap_or("automatic"))
            on:click=next
        >
            <span aria-hidden="true"></span>
        </button>
    }
}
