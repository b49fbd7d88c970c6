//! The headings of errors and warnings, read from the sources.
//!
//! A heading is the argument of `Diagnostic::error` or `Diagnostic::warning`: a text, a `format!`, or a
//! name that stands for one of these, in the same function or in its callers. Inserted values are written
//! as `…`. If the sources become too complex for this, it panics instead of missing a heading.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::parse::ParseStream;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg, Lit, Pat, Stmt, UseTree};

/// Stands in for values that are known only at run time.
const BLANK: char = '…';

/// An argument that becomes a heading: the module or type of the function, the name of the function, and
/// the position of the argument.
type Sink = (String, String, usize);

/// Every heading, with `…` for inserted values.
pub(crate) fn headings(sources: &[PathBuf]) -> BTreeSet<String> {
    let parsed: Vec<(String, syn::File)> =
        sources.iter().map(|file| (module_of(file), parsed(file))).collect();
    let functions: Vec<Function<'_>> =
        parsed.iter().flat_map(|(module, file)| functions(module, file)).collect();
    let mut headings = BTreeSet::new();
    let mut open: Vec<Sink> =
        ["error", "warning"].map(|name| ("Diagnostic".to_owned(), name.to_owned(), 0)).into();
    let mut closed = BTreeSet::new();
    while let Some(sink) = open.pop() {
        if !closed.insert(sink.clone()) {
            continue;
        }
        let (module, name, index) = &sink;
        for function in &functions {
            for call in function.calls.iter().filter(|it| it.module == *module && it.name == *name)
            {
                for found in function.texts(call.arguments[*index]) {
                    match found {
                        Text::Heading(text) => _ = headings.insert(text),
                        Text::Parameter(index) => {
                            open.push((function.module.clone(), function.name.clone(), index));
                        }
                    }
                }
            }
        }
    }
    headings
}

/// Lumen's codes in a source file: texts that are passed to `has_code`, or that are numbers. Codes that
/// only orders of other kinds can return are left out.
pub(crate) fn codes(file: &Path) -> BTreeSet<String> {
    struct Codes(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Codes {
        fn visit_item(&mut self, item: &'ast syn::Item) {
            if !is_of_tests(item) {
                visit::visit_item(self, item);
            }
        }
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            let text = text.value();
            if (3..=6).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_digit()) {
                self.0.insert(text);
            }
        }
        fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
            if item.ident == "CODES_OF_OTHER_ORDERS" {
                return;
            }
            if item.ident == "CODES"
                && let Expr::Array(codes) = &*item.expr
            {
                self.0.extend(codes.elems.iter().filter_map(literal));
            }
            visit::visit_item_const(self, item);
        }
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            if call.method == "has_code" {
                self.0.extend(call.args.first().and_then(literal));
            }
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut codes = Codes(BTreeSet::new());
    codes.visit_file(&parsed(file));
    codes.0
}

/// The known facts about a function.
struct Function<'a> {
    /// The type that has the function, or else its module.
    module: String,
    name: String,
    parameters: Vec<String>,
    /// The values of its names. For a name in a tuple, the index is included.
    names: BTreeMap<String, (&'a Expr, Option<usize>)>,
    calls: Vec<Call<'a>>,
}

struct Call<'a> {
    module: String,
    name: String,
    arguments: Vec<&'a Expr>,
}

enum Text {
    Heading(String),
    /// A parameter, whose value comes from the callers.
    Parameter(usize),
}

impl Function<'_> {
    fn texts(&self, expression: &Expr) -> Vec<Text> {
        self.texts_at(expression, None)
    }

    /// The texts that an expression can have. `place` is the index in a tuple.
    fn texts_at(&self, expression: &Expr, place: Option<usize>) -> Vec<Text> {
        let of_block = |block: &syn::Block| match block.stmts.last() {
            Some(Stmt::Expr(last, None)) => self.texts_at(last, place),
            _ => Vec::new(),
        };
        match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => vec![Text::Heading(text.value())],
                _ => self.puzzling(),
            },
            Expr::Macro(call) if call.mac.path.is_ident("format") => {
                match expressions(&call.mac).first() {
                    Some(Expr::Lit(form)) => self.texts_of_format(form),
                    _ => self.puzzling(),
                }
            }
            Expr::Tuple(tuple) => match place.and_then(|place| tuple.elems.get(place)) {
                Some(element) => self.texts(element),
                None => self.puzzling(),
            },
            Expr::Paren(inner) => self.texts_at(&inner.expr, place),
            Expr::Reference(inner) => self.texts_at(&inner.expr, place),
            Expr::MethodCall(call) => self.texts_at(&call.receiver, place),
            Expr::Block(block) => of_block(&block.block),
            Expr::If(choice) => {
                let mut texts = of_block(&choice.then_branch);
                if let Some((_, otherwise)) = &choice.else_branch {
                    texts.extend(self.texts_at(otherwise, place));
                }
                texts
            }
            Expr::Match(choice) => {
                choice.arms.iter().flat_map(|arm| self.texts_at(&arm.body, place)).collect()
            }
            Expr::Path(path) => {
                let Some(name) = path.path.get_ident().map(ToString::to_string) else {
                    return self.puzzling();
                };
                if let Some((meaning, place)) = self.names.get(&name) {
                    return self.texts_at(meaning, *place);
                }
                match self.parameters.iter().position(|parameter| *parameter == name) {
                    Some(index) => vec![Text::Parameter(index)],
                    None => self.puzzling(),
                }
            }
            _ => self.puzzling(),
        }
    }

    fn texts_of_format(&self, form: &syn::ExprLit) -> Vec<Text> {
        match &form.lit {
            Lit::Str(form) => vec![Text::Heading(blanked(&form.value()))],
            _ => self.puzzling(),
        }
    }

    fn puzzling(&self) -> Vec<Text> {
        let Self { module, name, .. } = self;
        panic!(
            "{module}::{name} makes a heading in a way that tests/guides/headings.rs can't follow"
        )
    }
}

/// Turns a format string into a heading such as `Site … does not sell …`.
fn blanked(form: &str) -> String {
    let mut text = String::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        if let Some(literal) = after.strip_prefix('{') {
            text.push('{');
            rest = literal;
        } else {
            text.push(BLANK);
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
    }
    // Two consecutive values look like one.
    (text + rest).replace("}}", "}").replace("… …", "…")
}

/// The module of a file: `words` for `words.rs`, `iod_connection` for `iod_connection/mod.rs`.
fn module_of(file: &Path) -> String {
    let named = if file.ends_with("mod.rs") { file.parent() } else { Some(file) };
    let stem = named.and_then(Path::file_stem);
    stem.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn functions<'a>(module: &str, file: &'a syn::File) -> Vec<Function<'a>> {
    let mut reader = Reader {
        module: module.to_owned(),
        imported: BTreeMap::new(),
        found: Vec::new(),
        outer: Vec::new(),
    };
    reader.visit_file(file);
    reader.found
}

struct Reader<'a> {
    module: String,
    /// The modules of imported names.
    imported: BTreeMap<String, String>,
    found: Vec<Function<'a>>,
    /// The function that is being read, and the functions around it.
    outer: Vec<Function<'a>>,
}

impl<'a> Reader<'a> {
    fn function(&mut self, signature: &'a syn::Signature, body: &'a syn::Block) {
        let parameters = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(named(&typed.pat).unwrap_or_default()),
            FnArg::Receiver(_) => None,
        });
        self.outer.push(Function {
            module: self.module.clone(),
            name: signature.ident.to_string(),
            parameters: parameters.collect(),
            names: BTreeMap::new(),
            calls: Vec::new(),
        });
        self.visit_block(body);
        self.found.extend(self.outer.pop());
    }
}

impl<'ast> Visit<'ast> for Reader<'ast> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_of_tests(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let module = self.module.clone();
        if let syn::Type::Path(of) = &*item.self_ty
            && let Some(last) = of.path.segments.last()
        {
            self.module = last.ident.to_string();
        }
        visit::visit_item_impl(self, item);
        self.module = module;
    }

    /// Handles imports such as `use super::watched_order::{not_done, unread};`.
    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        let module = path.ident.to_string();
        let trees = match &*path.tree {
            UseTree::Group(group) => group.items.iter().collect(),
            tree => vec![tree],
        };
        for tree in trees {
            if let UseTree::Name(name) = tree {
                self.imported.insert(name.ident.to_string(), module.clone());
            }
        }
        visit::visit_use_path(self, path);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let (Some(function), Some(init)) = (self.outer.last_mut(), &local.init) {
            let meaning = |place| (&*init.expr, place);
            if let Pat::Tuple(tuple) = &local.pat {
                for (place, element) in tuple.elems.iter().enumerate() {
                    function.names.extend(named(element).map(|name| (name, meaning(Some(place)))));
                }
            }
            function.names.extend(named(&local.pat).map(|name| (name, meaning(None))));
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let (Some(function), Expr::Path(path)) = (self.outer.last_mut(), &*call.func) {
            let mut segments = path.path.segments.iter().rev().map(|it| it.ident.to_string());
            if let Some(name) = segments.next() {
                let module = segments.next().filter(|module| module != "Self");
                let module = module.or_else(|| self.imported.get(&name).cloned());
                function.calls.push(Call {
                    module: module.unwrap_or_else(|| self.module.clone()),
                    name,
                    arguments: call.args.iter().collect(),
                });
            }
        }
        visit::visit_expr_call(self, call);
    }

    /// Reads the content of `vec![…]` and similar macros, which the syntax tree has only as tokens.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // The parsed expressions must live as long as the files, which is until the test ends.
        for expression in expressions(call).leak() {
            self.visit_expr(expression);
        }
    }
}

/// The expressions in a macro. Other tokens between them are skipped.
fn expressions(call: &syn::Macro) -> Vec<Expr> {
    let parsed = call.parse_body_with(|tokens: ParseStream<'_>| {
        let mut found = Vec::new();
        while !tokens.is_empty() {
            if tokens.fork().parse::<Expr>().is_ok() {
                found.push(tokens.parse()?);
            } else {
                let skipped =
                    tokens.step(|at| at.token_tree().ok_or_else(|| at.error("an end")))?;
                assert!(
                    !skipped.to_string().contains("Diagnostic ::"),
                    "a macro makes a heading in a way that tests/guides/headings.rs can't follow"
                );
            }
        }
        Ok(found)
    });
    parsed.expect("macros have tokens")
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn named(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(name) => Some(name.ident.to_string()),
        Pat::Type(typed) => named(&typed.pat),
        _ => None,
    }
}

fn is_of_tests(item: &syn::Item) -> bool {
    let syn::Item::Mod(module) = item else { return false };
    module.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

fn parsed(file: &Path) -> syn::File {
    let source =
        std::fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    syn::parse_file(&source).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}
