//! The paths that a piece of code names, and the matches that it writes.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::visit::{self, Visit};
use syn::{
    Arm, Attribute, Expr, ExprMatch, Field, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemUse,
    Local, Macro, Meta, Pat, PatIdent, Path, Type, UseTree, VisRestricted,
};

use crate::source::{attributes, is_for_tests};

/// A path as it is written: its segments, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `crate`, `calls`, `Call`.
    pub segments: Vec<String>,
    /// From 1.
    pub line: usize,
}

/// A name that a `use` brings in.
#[derive(Clone, Debug)]
pub struct Import {
    /// The name, or none for `*`.
    pub name: Option<String>,
    /// What it stands for.
    pub path: Named,
}

/// A `match`.
#[derive(Clone)]
pub struct Match {
    /// From 1.
    pub line: usize,
    /// The function in which it stands, for people.
    pub function: String,
    /// What `Self` is there.
    pub self_type: Option<Vec<String>>,
    /// The patterns of its arms.
    pub arms: Vec<Pat>,
}

/// What the items of a module name, the code of tests and its modules aside.
#[derive(Default)]
pub struct Names {
    /// All paths, those of `use` included.
    pub paths: Vec<Named>,
    /// What `use` brings in, wherever in the module it stands.
    pub imports: Vec<Import>,
    /// All matches.
    pub matches: Vec<Match>,
    function: Vec<String>,
    self_type: Option<Vec<String>>,
}

impl Names {
    /// Reads the items of a module.
    pub fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        for item in items {
            names.visit_item(item);
        }
        names
    }

    fn name(&mut self, segments: Vec<String>, line: usize) {
        self.paths.push(Named { segments, line });
    }

    fn import(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: String| [before, &[name]].concat();
        let (name, path, line) = match tree {
            UseTree::Path(tree) => return self.import(&with(tree.ident.to_string()), &tree.tree),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(before, tree);
                }
                return;
            }
            UseTree::Name(tree) if tree.ident == "self" => {
                let name = before.last().cloned();
                (name, before.to_vec(), tree.ident.span().start().line)
            }
            UseTree::Name(tree) => {
                let name = tree.ident.to_string();
                let line = tree.ident.span().start().line;
                (Some(name.clone()), with(name), line)
            }
            UseTree::Rename(tree) => {
                let line = tree.ident.span().start().line;
                let path = match tree.ident == "self" {
                    true => before.to_vec(),
                    false => with(tree.ident.to_string()),
                };
                (Some(tree.rename.to_string()), path, line)
            }
            UseTree::Glob(tree) => {
                let line = tree.star_token.spans[0].start().line;
                (None, before.to_vec(), line)
            }
        };
        if name.is_some() {
            self.name(path.clone(), line);
        }
        self.imports.push(Import {
            name,
            path: Named {
                segments: path,
                line,
            },
        });
    }

    /// Reads tokens of which only a macro knows what they are: whatever looks
    /// like a path, and every `match` that can be parsed.
    fn read_tokens(&mut self, tokens: &TokenStream) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.read_tokens(&group.stream()),
                TokenTree::Ident(word) if word == "match" => self.read_match(&tokens[at..]),
                TokenTree::Ident(word) => {
                    let is_member = at > 0
                        && is_point(&tokens[at - 1], '.')
                        && !(at > 1 && is_point(&tokens[at - 2], '.'));
                    let line = word.span().start().line;
                    let mut segments = vec![word.to_string()];
                    while let [first, second, TokenTree::Ident(next), ..] = &tokens[at + 1..]
                        && is_point(first, ':')
                        && is_point(second, ':')
                    {
                        segments.push(next.to_string());
                        at += 3;
                    }
                    if !is_member {
                        self.name(segments, line);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }

    fn read_match(&mut self, tokens: &[TokenTree]) {
        let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let Some(body) = tokens.iter().position(is_body) else {
            return;
        };
        let tokens: TokenStream = tokens[..=body].iter().cloned().collect();
        if let Ok(found) = syn::parse2::<ExprMatch>(tokens) {
            self.keep_match(&found);
        }
    }

    fn keep_match(&mut self, found: &ExprMatch) {
        self.matches.push(Match {
            line: found.match_token.span.start().line,
            function: self.function.join("::"),
            self_type: self.self_type.clone(),
            arms: found.arms.iter().map(|arm| arm.pat.clone()).collect(),
        });
    }

    fn within(&mut self, function: String, read: impl FnOnce(&mut Self)) {
        self.function.push(function);
        read(self);
        self.function.pop();
    }
}

fn is_point(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn segments(path: &Path) -> Vec<String> {
    let names = path.segments.iter();
    names.map(|segment| segment.ident.to_string()).collect()
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        // A module within the file is read as a module of its own.
        if !is_for_tests(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_test = match item {
            ImplItem::Fn(item) => is_for_tests(&item.attrs),
            ImplItem::Const(item) => is_for_tests(&item.attrs),
            _ => false,
        };
        if !is_test {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if !is_for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if !is_for_tests(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        if !is_for_tests(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let around = self.self_type.take();
        if let Type::Path(path) = &*item.self_ty {
            self.self_type = Some(segments(&path.path));
        }
        let name = self.self_type.iter().flatten().next_back().cloned();
        self.within(name.unwrap_or_default(), |names| {
            visit::visit_item_impl(names, item);
        });
        self.self_type = around;
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.within(item.sig.ident.to_string(), |names| {
            visit::visit_item_fn(names, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.within(item.sig.ident.to_string(), |names| {
            visit::visit_impl_item_fn(names, item);
        });
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(first) = path.segments.first() {
            self.name(segments(path), first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    /// A pattern of one word may be a constant or a variant.
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        let name = pattern.ident.to_string();
        if name.starts_with(char::is_uppercase) {
            self.name(vec![name], pattern.ident.span().start().line);
        }
        visit::visit_pat_ident(self, pattern);
    }

    /// `pub(in crate::engine)` says who may see something, and imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}

    /// An attribute names functions in texts: `#[serde(with = "crate::text")]`.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Meta::List(list) = &attribute.meta else {
            return;
        };
        for token in list.tokens.clone() {
            let TokenTree::Literal(literal) = token else {
                continue;
            };
            let text = literal.to_string();
            let text = text.trim_matches('"');
            if text.contains("::") && !text.contains(' ') {
                let path = text.split("::").map(str::to_owned).collect();
                self.name(path, literal.span().start().line);
            }
        }
    }

    fn visit_expr_match(&mut self, found: &'ast ExprMatch) {
        self.keep_match(found);
        visit::visit_expr_match(self, found);
    }

    /// The arguments of most macros are expressions; the others are tokens.
    fn visit_macro(&mut self, item: &'ast Macro) {
        self.visit_path(&item.path);
        let arguments = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        match arguments.parse2(item.tokens.clone()) {
            Ok(arguments) => arguments
                .iter()
                .for_each(|argument| self.visit_expr(argument)),
            Err(_) => self.read_tokens(&item.tokens),
        }
    }
}
