//! The header declares what the library exports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::{
    Expr, ExprLit, Field, FnArg, ForeignItemFn, GenericArgument, Ident, Item, ItemStruct, ItemType, Lit, LitStr,
    PathArguments, PointerMutability, ReturnType, Type, Visibility,
};

use text_processor::{tp_abi_version, tp_status_name};

use crate::support;

/// Declarations in C, in a normalized form.
type Declarations = BTreeSet<String>;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

// ---- C ----

/// Removes each part of a text from an `opening` to the next `closing`.
fn without(mut text: &str, opening: &str, closing: &str) -> String {
    let mut kept = String::new();
    while let Some((before, after)) = text.split_once(opening) {
        kept += before;
        text = after.split_once(closing).expect("each opening has a closing").1;
    }
    kept + text
}

/// The declarations in the header, without those of Arrow.
fn declared(header: &str) -> Declarations {
    let code = without(&without(header, "/*", "*/"), "#ifdef __cplusplus", "#endif");
    let code: String = code.lines().filter(|line| !line.starts_with('#')).flat_map(|line| [line, "\n"]).collect();
    let mut depth = 0;
    let declarations = code.split(|character| {
        depth += i32::from(character == '{') - i32::from(character == '}');
        character == ';' && depth == 0
    });
    let declarations = declarations.map(|text| normalized(text.trim_start().trim_start_matches("TP_API ")));
    declarations.filter(|text| !text.is_empty() && !text.starts_with("struct Arrow")).collect()
}

fn tokens(declaration: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut inside_word = false;
    for character in declaration.chars() {
        match tokens.last_mut().filter(|_| inside_word && is_word(character)) {
            Some(word) => word.push(character),
            None if character.is_whitespace() => {}
            None => tokens.push(character.into()),
        }
        inside_word = is_word(character);
    }
    tokens
}

/// A declaration without the names of parameters, with normalized spaces.
fn normalized(declaration: &str) -> String {
    let tokens = tokens(declaration);
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    let mut text = String::new();
    // For each open parenthesis, whether it contains parameters, unlike the parenthesis of `(*name)`.
    let mut open = Vec::new();
    for (at, this) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", token);
        let opens_parameters = this == "(" && token(at + 1) != "*";
        match this.as_str() {
            "(" => open.push(opens_parameters),
            ")" => _ = open.pop(),
            _ => {}
        }
        let ends_parameter = matches!(token(at + 1), "," | ")") && open.contains(&true);
        let follows_type = !matches!(before, "(" | "," | "const" | "struct");
        let is_word = !matches!(this.as_str(), "*" | ")" | "const");
        if ends_parameter && follows_type && is_word {
            continue;
        }
        let is_glued = text.is_empty() || text.ends_with(['(', '*']) || matches!(this.as_str(), "," | ")" | ";");
        if !is_glued && !opens_parameters {
            text.push(' ');
        }
        text += this;
    }
    text
}

// ---- Rust ----

/// The declaration in C of `declarator` with the Rust type `ty`.
fn in_c(ty: &Type, is_const: bool, declarator: &str) -> String {
    let constness = if is_const { "const " } else { "" };
    match ty {
        Type::Ptr(pointer) => {
            let points_to_const = matches!(pointer.mutability, PointerMutability::Const(_));
            in_c(&pointer.elem, points_to_const, &format!("*{constness}{declarator}"))
        }
        Type::FnPtr(function) => {
            let parameters: Vec<String> = function.inputs.iter().map(|input| in_c(&input.ty, false, "")).collect();
            function_in_c(&function.output, &format!("(*{constness}{declarator})"), &parameters)
        }
        Type::Path(path) => {
            let last = path.path.segments.last().expect("a path has segments");
            if let PathArguments::AngleBracketed(arguments) = &last.arguments {
                assert_eq!(last.ident, "Option", "only function pointers that may be NULL are generic");
                let Some(GenericArgument::Type(inner)) = arguments.args.first() else { panic!("an Option of a type") };
                return in_c(inner, is_const, declarator);
            }
            let name = match last.ident.to_string().as_str() {
                "c_char" => "char".to_owned(),
                "c_void" => "void".to_owned(),
                "f64" => "double".to_owned(),
                "i32" => "int32_t".to_owned(),
                "i64" => "int64_t".to_owned(),
                "u8" => "uint8_t".to_owned(),
                "u32" => "uint32_t".to_owned(),
                "u64" => "uint64_t".to_owned(),
                "usize" => "size_t".to_owned(),
                "FFI_ArrowArray" => "struct ArrowArray".to_owned(),
                "FFI_ArrowSchema" => "struct ArrowSchema".to_owned(),
                "FFI_ArrowArrayStream" => "struct ArrowArrayStream".to_owned(),
                name if name == "bool" || name.starts_with("tp_") => name.to_owned(),
                name => panic!("no type of C is known for {name}"),
            };
            format!("{constness}{name} {declarator}")
        }
        _ => panic!("no type of C is known for that of `{declarator}`"),
    }
}

fn function_in_c(output: &ReturnType, declarator: &str, parameters: &[String]) -> String {
    let parameters = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
    let declarator = format!("{declarator}({parameters})");
    match output {
        ReturnType::Default => format!("void {declarator}"),
        ReturnType::Type(_, ty) => in_c(ty, false, &declarator),
    }
}

fn function(text: &str) -> String {
    let function: ForeignItemFn = syn::parse_str(&text.replace('{', ";")).unwrap();
    let signature = function.sig;
    let abi = signature.abi.as_ref().and_then(|abi| abi.name.as_ref()).map(LitStr::value);
    assert_eq!(abi.as_deref(), Some("C"), "the convention of {}", signature.ident);
    let parameters: Vec<String> = signature
        .inputs
        .iter()
        .map(|input| match input {
            FnArg::Typed(input) => in_c(&input.ty, false, ""),
            FnArg::Receiver(_) => panic!("C has no methods"),
        })
        .collect();
    function_in_c(&signature.output, &signature.ident.to_string(), &parameters)
}

fn type_alias(text: &str) -> String {
    let alias: ItemType = syn::parse_str(text).unwrap();
    format!("typedef {}", in_c(&alias.ty, false, &alias.ident.to_string()))
}

/// A structure whose members are not all public is opaque.
fn structure(item: &ItemStruct) -> String {
    let name = &item.ident;
    if !item.fields.iter().all(|field| matches!(field.vis, Visibility::Public(_))) {
        return format!("typedef struct {name} {name}");
    }
    let mut representation = item.attrs.iter().filter(|attribute| attribute.path().is_ident("repr"));
    let is_as_in_c = representation.any(|attribute| attribute.parse_args::<Ident>().is_ok_and(|kind| kind == "C"));
    assert!(is_as_in_c, "the layout of {name} is Rust's");
    let member = |field: &Field| {
        in_c(&field.ty, false, &field.ident.as_ref().expect("members have names in C").to_string()) + "; "
    };
    let members: String = item.fields.iter().map(member).collect();
    format!("typedef struct {name} {{ {members} }} {name}")
}

/// The parts of a text from each `opening` to the next `closing`.
fn parts<'t>(text: &'t str, opening: &'t str, closing: char) -> impl Iterator<Item = &'t str> {
    text.match_indices(opening).filter_map(move |(at, _)| text[at..].split_inclusive(closing).next())
}

fn statuses() -> String {
    let names = (0..100).map(|number| (number, support::text(tp_status_name(number))));
    let known = names.filter(|(_, name)| name != "TP_ERROR_UNKNOWN");
    let members: Vec<String> = known.map(|(number, name)| format!("{name} = {number}")).collect();
    format!("enum {{ {} }}", members.join(", "))
}

/// The constants of each type in a file, as enumerations.
fn enumerations(items: &[Item]) -> Vec<String> {
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in items {
        if let Item::Const(item) = item
            && item.ident.to_string().starts_with("TP_")
            && let Type::Path(ty) = &*item.ty
            && let Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) = &*item.expr
        {
            let ty = ty.path.require_ident().unwrap().to_string();
            members.entry(ty).or_default().push(format!("{} = {}", item.ident, value.base10_digits()));
        }
    }
    members.values().map(|members| format!("enum {{ {} }}", members.join(", "))).collect()
}

/// A released library exports nothing from these folders.
const NOT_SHIPPED: [&str; 2] = ["src/testing", "src/handles"];

/// The sources in a folder and its subfolders that are part of a released library.
fn shipped_sources(folder: &str) -> Vec<String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let paths = files.map(|file| format!("{folder}/{}", file.unwrap().file_name().to_str().unwrap()));
    let shipped = paths.filter(|path| !NOT_SHIPPED.contains(&path.as_str()));
    shipped.flat_map(|path| if path.ends_with(".rs") { vec![path] } else { shipped_sources(&path) }).collect()
}

/// The exports of the library, as C declarations.
fn exported() -> Declarations {
    let mut declarations = exported_by(&shipped_sources("src"));
    declarations.insert(normalized(&statuses()));
    declarations
}

/// The exports of these files, without the structures of Arrow.
fn exported_by(sources: &[impl AsRef<str>]) -> Declarations {
    let mut declarations = Vec::new();
    for path in sources {
        let source = read(path.as_ref());
        // A search in the text also finds functions that a macro makes. syn does not expand macros.
        declarations.extend(parts(&source, "#[unsafe(no_mangle)]", '{').map(function));
        declarations.extend(parts(&source, "pub type ", ';').map(type_alias));
        let items = syn::parse_file(&source).unwrap().items;
        declarations.extend(enumerations(&items));
        declarations.extend(items.iter().filter_map(|item| match item {
            Item::Struct(item) if item.ident.to_string().starts_with("Arrow") => None,
            Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) => Some(structure(item)),
            _ => None,
        }));
    }
    declarations.iter().map(|declaration| normalized(declaration)).collect()
}

// ---- The comparison ----

fn differences(header: &str, library: &Declarations) -> Vec<String> {
    let header = declared(header);
    let only_header = header.difference(library).map(|text| format!("only in the header: {text}"));
    let only_library = library.difference(&header).map(|text| format!("only in the library: {text}"));
    only_header.chain(only_library).collect()
}

#[test]
fn the_header_declares_what_the_library_exports() {
    assert_eq!(differences(&read("include/text_processor.h"), &exported()), [""; 0]);
}

#[test]
fn the_macros_of_the_header_are_the_versions_of_the_library() {
    let header = read("include/text_processor.h");
    let macros = |name: &str| {
        let line = header.lines().find_map(|line| line.strip_prefix(&format!("#define {name} ")));
        line.unwrap_or_else(|| panic!("the header has no macro {name}")).to_owned()
    };
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(macros("TP_VERSION"), format!("\"{version}\""));
    assert_eq!(["MAJOR", "MINOR", "PATCH"].map(|part| macros(&format!("TP_VERSION_{part}"))).join("."), version);
    let [major, minor] = ["MAJOR", "MINOR"].map(|part| macros(&format!("TP_ABI_VERSION_{part}")).parse::<u32>());
    assert_eq!(major.unwrap() << 16 | minor.unwrap(), tp_abi_version());
}

#[test]
fn the_header_of_the_instruments_declares_their_functions() {
    assert_eq!(declared(&read("include/text_processor_instruments.h")), exported_by(&["src/testing/instruments.rs"]));
}

#[test]
fn declarations_are_compared_without_names_of_parameters_and_spacing() {
    let texts = "tp_status  f(tp_analyzer*a,const char *const *texts,\n  void (*destroy)(void *user_data), bool)";
    assert_eq!(normalized(texts), "tp_status f(tp_analyzer *, const char *const *, void (*)(void *), bool)");
    let callback = "typedef int32_t (*callback)(void *user_data, const struct event *event)";
    assert_eq!(normalized(callback), "typedef int32_t (*callback)(void *, const struct event *)");
    assert_eq!(normalized("uint32_t version( void )"), "uint32_t version(void)");
    assert_eq!(normalized("typedef struct s {size_t  size;\n} s"), "typedef struct s { size_t size; } s");
}

#[test]
fn an_added_parameter_is_a_difference() {
    let changed = read("include/text_processor.h")
        .replace("tp_analyzer_clear(tp_analyzer *analyzer)", "tp_analyzer_clear(tp_analyzer *analyzer, bool all)");
    let differences = differences(&changed, &exported());
    for side in [
        "header: tp_status tp_analyzer_clear(tp_analyzer *, bool)",
        "library: tp_status tp_analyzer_clear(tp_analyzer *)",
    ] {
        assert!(differences.contains(&format!("only in the {side}")), "{differences:#?}");
    }
}

#[test]
fn any_other_change_of_the_header_is_a_difference() {
    let (header, library) = (read("include/text_processor.h"), exported());
    let unchanged = differences(&header, &library);
    for (original, change) in [
        ("const char *tp_version(void);", ""),
        ("uint32_t tp_default_threads(void);", "uint64_t tp_default_threads(void);"),
        ("const char *const *texts", "const char **texts"),
        ("void (*destroy)(void *user_data)", "void *destroy"),
        ("struct ArrowArray *scaled", "struct ArrowArrayStream *scaled"),
        ("const double *values", "const float *values"),
        ("int32_t (*tp_document_callback)(void *user_data, ", "int32_t (*tp_document_callback)("),
        ("typedef int32_t tp_status;", "typedef int64_t tp_status;"),
        ("TP_ERROR_NO_WORDS = 4,", "TP_ERROR_NO_WORDS = 44,"),
        ("TP_ERROR_PANIC = 8", "TP_ERROR_PANIC = 8, TP_ERROR_NEW = 9"),
        ("size_t threads;", ""),
        ("uint64_t document_count;\n", "uint32_t document_count;\n"),
        ("  double average_words;\n} tp_statistics;", "} tp_statistics;"),
        ("TP_TOKENIZER_WORD = 3,", "TP_TOKENIZER_WORD = 5,"),
        ("  TP_NORM_L2 = 2\n", "  TP_NORM_L2 = 2,\n  TP_NORM_MAX = 3\n"),
        ("  size_t text_length;\n", ""),
        (
            "  uint64_t document_count;\n  /** The number of words. */\n  uint64_t total_words;",
            "  uint64_t total_words;\n  uint64_t document_count;",
        ),
    ] {
        assert!(header.contains(original), "the header has no {original}");
        let changed = header.replace(original, change);
        assert_ne!(differences(&changed, &library), unchanged, "{original} became {change}");
    }
}
