//! The modules of each crate, and where a path leads.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, ItemEnum, Token, Variant};

use crate::names::{Import, Names};
use crate::source::{File, Source, attributes, children_of, is_for_tests};

/// A module, by its place in [`House::modules`].
pub type ModuleId = usize;

/// How many re-exports a path is followed through: more is a circle of them.
const STEPS: usize = 32;

/// All crates.
pub struct House<'s> {
    /// The crates.
    pub sources: &'s [Source],
    /// The modules of all of them.
    pub modules: Vec<Module<'s>>,
    /// The root of each library, by the name that other crates know.
    libraries: HashMap<&'s str, ModuleId>,
}

/// A module.
pub struct Module<'s> {
    /// The crate.
    pub source: &'s Source,
    /// The file in which its items stand.
    pub file: &'s File,
    /// The module that contains it.
    pub parent: Option<ModuleId>,
    /// What its items name.
    pub names: Names,
    children: HashMap<String, ModuleId>,
    definitions: HashMap<String, Definition>,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// An enum, with its variants.
    Enum {
        /// Their names, or none where a macro writes them.
        variants: Vec<String>,
        /// More are to come: `#[non_exhaustive]`.
        is_open: bool,
    },
    /// Anything else.
    Other,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// To a module.
    Module(ModuleId),
    /// To an item.
    Item {
        /// The module that defines it.
        module: ModuleId,
        /// Its name there.
        name: String,
        /// What of the path comes after it: a variant, a method.
        rest: Vec<String>,
    },
}

impl<'s> House<'s> {
    /// The house of some crates.
    pub fn new(sources: &'s [Source]) -> Self {
        let mut house = Self {
            sources,
            modules: Vec::new(),
            libraries: HashMap::new(),
        };
        for source in sources {
            for root in ["lib.rs", "main.rs"] {
                let path = format!("{}/src/{root}", source.folder);
                let Some(file) = source.file(&path) else {
                    continue;
                };
                let file = &source.files[file];
                let folder = children_of(&file.path).to_owned();
                let module = house.add(source, file, None, folder, items(file));
                if root == "lib.rs" {
                    house.libraries.insert(&source.name, module);
                }
            }
        }
        house
    }

    /// Adds a module and those below it; `folder` holds the files of these.
    fn add(
        &mut self,
        source: &'s Source,
        file: &'s File,
        parent: Option<ModuleId>,
        folder: String,
        items: &'s [Item],
    ) -> ModuleId {
        let id = self.modules.len();
        self.modules.push(Module {
            source,
            file,
            parent,
            names: Names::of(items),
            children: HashMap::new(),
            definitions: HashMap::new(),
        });
        for item in items {
            if is_for_tests(attributes(item)) {
                continue;
            }
            let Item::Mod(item) = item else {
                self.modules[id].define(item);
                continue;
            };
            let name = item.ident.to_string();
            let below = format!("{folder}/{name}");
            let found = match &item.content {
                Some((_, items)) => Some((file, items.as_slice())),
                None => [format!("{below}.rs"), format!("{below}/mod.rs")]
                    .iter()
                    .find_map(|path| source.file(path))
                    .map(|file| (&source.files[file], self::items(&source.files[file]))),
            };
            if let Some((file, items)) = found {
                let child = self.add(source, file, Some(id), below, items);
                self.modules[id].children.insert(name, child);
            }
        }
        id
    }

    /// Where a path leads that is written in a module, if to this house.
    pub fn resolve(&self, from: ModuleId, path: &[String]) -> Option<Place> {
        self.follow(from, path, STEPS)
    }

    /// The enum and the variant that a path leads to.
    pub fn variant(&self, from: ModuleId, path: &[String]) -> Option<(ModuleId, String, String)> {
        match self.resolve(from, path)? {
            Place::Item { module, name, rest } => match (&self.definition(module, &name), &*rest) {
                (Some(Definition::Enum { .. }), [variant]) => Some((module, name, variant.clone())),
                _ => None,
            },
            Place::Module(_) => None,
        }
    }

    /// What an item is, if a module defines it in its own text.
    pub fn definition(&self, module: ModuleId, name: &str) -> Option<&Definition> {
        self.modules[module].definitions.get(name)
    }

    fn follow(&self, from: ModuleId, path: &[String], steps: usize) -> Option<Place> {
        let steps = steps.checked_sub(1)?;
        let (first, mut rest) = path.split_first()?;
        let is_last = rest.is_empty();
        let mut place = match first.as_str() {
            "crate" => Place::Module(self.root(from)),
            "self" => Place::Module(from),
            "super" => Place::Module(self.modules[from].parent?),
            name => match self.member(from, name, is_last, steps) {
                Some(place) => place,
                None => Place::Module(*self.libraries.get(name)?),
            },
        };
        while let Some((name, after)) = rest.split_first() {
            let module = match place {
                Place::Module(module) => module,
                Place::Item {
                    module,
                    name,
                    rest: mut within,
                } => {
                    within.extend_from_slice(rest);
                    return Some(Place::Item {
                        module,
                        name,
                        rest: within,
                    });
                }
            };
            place = match name.as_str() {
                "super" => Place::Module(self.modules[module].parent?),
                "self" => Place::Module(module),
                // What a module holds and does not write is written by a macro.
                _ => self
                    .member(module, name, after.is_empty(), steps)
                    .unwrap_or_else(|| Place::Item {
                        module,
                        name: name.clone(),
                        rest: Vec::new(),
                    }),
            };
            rest = after;
        }
        Some(place)
    }

    /// What a name stands for in a module. A module and an item may share a
    /// name: what comes last in a path is rather the item.
    fn member(&self, id: ModuleId, name: &str, is_last: bool, steps: usize) -> Option<Place> {
        let module = &self.modules[id];
        let child = || module.children.get(name).map(|&child| Place::Module(child));
        let item = || {
            module.definitions.get(name).map(|_| Place::Item {
                module: id,
                name: name.to_owned(),
                rest: Vec::new(),
            })
        };
        let imported = || {
            let imports = module.names.imports.iter();
            imports
                .filter(|import| import.name.as_deref() == Some(name))
                // `use record::record` in the module of `mod record` is itself.
                .filter(|import| import.path.segments != [name])
                .find_map(|import| self.follow(id, &import.path.segments, steps))
        };
        let found = match is_last {
            true => item().or_else(imported).or_else(child),
            false => child().or_else(item).or_else(imported),
        };
        found.or_else(|| {
            let globs = module.names.imports.iter();
            globs
                .filter(|import| import.name.is_none())
                .find_map(|glob| self.below(id, glob, name, is_last, steps))
        })
    }

    /// What a name stands for in what `use …::*` opens.
    fn below(
        &self,
        id: ModuleId,
        glob: &Import,
        name: &str,
        is_last: bool,
        steps: usize,
    ) -> Option<Place> {
        let steps = steps.checked_sub(1)?;
        match self.follow(id, &glob.path.segments, steps)? {
            Place::Module(module) if module == id => None,
            Place::Module(module) => self.member(module, name, is_last, steps),
            Place::Item {
                module, name: item, ..
            } => match self.definition(module, &item)? {
                Definition::Enum { variants, .. } if variants.iter().any(|v| v == name) => {
                    Some(Place::Item {
                        module,
                        name: item,
                        rest: vec![name.to_owned()],
                    })
                }
                Definition::Enum { .. } | Definition::Other => None,
            },
        }
    }

    fn root(&self, mut module: ModuleId) -> ModuleId {
        while let Some(parent) = self.modules[module].parent {
            module = parent;
        }
        module
    }
}

impl Module<'_> {
    fn define(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::TraitAlias(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Enum(item) => {
                let definition = Definition::of(item);
                self.definitions.insert(item.ident.to_string(), definition);
                return;
            }
            Item::Macro(item) => {
                self.define_written(&item.mac.tokens, false);
                match &item.ident {
                    Some(name) => name,
                    None => return,
                }
            }
            _ => return,
        };
        self.definitions.insert(name.to_string(), Definition::Other);
    }

    /// Defines what the tokens of a macro seem to define. Deeper within it,
    /// functions and constants are rather those of an `impl`.
    fn define_written(&mut self, tokens: &TokenStream, is_within: bool) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        for token in &tokens {
            if let TokenTree::Group(group) = token {
                self.define_written(&group.stream(), true);
            }
        }
        for window in tokens.windows(2) {
            let [TokenTree::Ident(word), TokenTree::Ident(name)] = window else {
                continue;
            };
            let definition = match word.to_string().as_str() {
                "struct" | "trait" | "union" => Definition::Other,
                "type" | "fn" | "const" | "static" if !is_within => Definition::Other,
                "enum" => Definition::Enum {
                    variants: Vec::new(),
                    is_open: false,
                },
                _ => continue,
            };
            self.definitions.insert(name.to_string(), definition);
        }
    }
}

impl Definition {
    fn of(item: &ItemEnum) -> Self {
        let named = |variants: &Punctuated<Variant, Token![,]>| {
            let variants = variants.iter();
            variants.map(|variant| variant.ident.to_string()).collect()
        };
        let is_open = |attribute: &Attribute| attribute.path().is_ident("non_exhaustive");
        Self::Enum {
            variants: named(&item.variants),
            is_open: item.attrs.iter().any(is_open),
        }
    }
}

fn items(file: &File) -> &[Item] {
    file.items.as_deref().unwrap_or_default()
}
