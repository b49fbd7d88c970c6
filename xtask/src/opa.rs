//! `cargo xtask opa`: the two commands of [Open Policy Agent](https://www.openpolicyagent.org) that
//! `examples/gitops` uses.
//!
//! It exists because the acceptance tests run that example offline, on machines without `opa`. `opa` is
//! written in Go, so cargo can't install it. The tests use the real `opa` if it is on the PATH. The policies
//! are written in Rego, which the crate `regorus` evaluates.
//!
//! Output and exit codes are those of `opa`: 0 for success, 1 if the result is undefined and `--fail` was
//! given, 2 for an error or a failed test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use lumen_report::failure::{Context, Failure};
use regorus::{Engine, Value};

/// A command of `opa`.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Evaluates a query
    Eval(Eval),
    /// Runs the rules whose names begin with `test_`
    Test {
        /// Policies and data, or folders of them
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

/// A query, with the policies and data to evaluate it with.
#[derive(Args)]
pub(crate) struct Eval {
    /// The query, such as `data.lumen.budget.allow`
    query: String,
    /// A policy (.rego), data (.json) or a folder of them
    #[arg(short, long)]
    data: Vec<PathBuf>,
    /// The document that policies refer to as `input`
    #[arg(short, long)]
    input: Option<PathBuf>,
    /// The output format
    #[arg(short, long, value_enum)]
    format: Format,
    /// Exit with 1 if the result is undefined
    #[arg(long)]
    fail: bool,
}

/// The output format of a result.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Strings are written without quotes, everything else as JSON
    Raw,
}

/// The exit code of a command, by its meaning.
#[derive(Debug, PartialEq)]
enum Exit {
    Success,
    Undefined,
    Error,
}

/// Runs a command, and returns the exit code of the process.
pub(crate) fn run(command: &Command) -> ExitCode {
    let result = match command {
        Command::Eval(eval) => eval.run(),
        Command::Test { paths } => test(paths),
    };
    let exit = result.unwrap_or_else(|failure| {
        eprintln!("{failure}");
        Exit::Error
    });
    match exit {
        Exit::Success => ExitCode::SUCCESS,
        Exit::Undefined => ExitCode::from(1),
        Exit::Error => ExitCode::from(2),
    }
}

impl Eval {
    fn run(&self) -> Result<Exit, Failure> {
        let mut engine = engine(&self.data)?;
        if let Some(input) = &self.input {
            engine.set_input(json(input)?);
        }
        let results = engine.eval_query(self.query.clone(), false).context(&self.query)?;
        let expressions = results.result.into_iter().flat_map(|result| result.expressions);
        let values: Vec<Value> =
            expressions.map(|it| it.value).filter(|it| *it != Value::Undefined).collect();

        let Format::Raw = self.format;
        for value in &values {
            match value {
                Value::String(text) => println!("{text}"),
                other => println!("{}", other.to_json_str().context("the result is not JSON")?),
            }
        }
        Ok(if values.is_empty() && self.fail { Exit::Undefined } else { Exit::Success })
    }
}

/// Runs tests. As with `opa test`, a test passes if its rule is true.
fn test(paths: &[PathBuf]) -> Result<Exit, Failure> {
    let engine = engine(paths)?;
    let tests = tests(&engine)?;
    let mut failed = 0;
    for test in &tests {
        let mut engine = engine.clone();
        let results = engine.eval_query(test.clone(), false).context(test)?;
        let passed = results.result.iter().flat_map(|result| &result.expressions);
        if !passed.map(|it| &it.value).eq([&Value::from(true)]) {
            println!("{test}: FAIL");
            failed += 1;
        }
    }
    println!("PASS: {}/{}", tests.len() - failed, tests.len());
    if failed == 0 {
        return Ok(Exit::Success);
    }
    println!("FAIL: {failed}/{}", tests.len());
    Ok(Exit::Error)
}

fn engine(paths: &[PathBuf]) -> Result<Engine, Failure> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(false);
    for file in files(paths)? {
        let kind = file.extension().and_then(|kind| kind.to_str());
        match kind {
            Some("rego") => engine.add_policy_from_file(&file).map(drop),
            Some("json") => engine.add_data(json(&file)?),
            _ => continue,
        }
        .context(file.display())?;
    }
    Ok(engine)
}

/// The policies and data at the given paths. A folder stands for the files directly in it.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = fs::read_dir(path).context(path.display())?;
            for entry in entries {
                files.push(entry.context(path.display())?.path());
            }
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    Ok(files)
}

fn json(file: &Path) -> Result<Value, Failure> {
    Value::from_json_file(file).context(file.display())
}

/// The names of the rules that are tests, such as `data.lumen.budget_test.test_sums_are_exact`.
fn tests(engine: &Engine) -> Result<Vec<String>, Failure> {
    let packages = engine.get_packages().context("the packages can't be listed")?;
    let syntax = engine.get_ast_as_json().context("the policies can't be parsed")?;
    let syntax: serde_json::Value =
        serde_json::from_str(&syntax).context("the syntax is not JSON")?;
    let modules = syntax.as_array().into_iter().flatten();
    let rules = packages.iter().zip(modules).flat_map(|(package, module)| {
        let rules = module.pointer("/ast/rules").and_then(|it| it.as_array());
        let names = rules.into_iter().flatten().filter_map(|rule| {
            rule.pointer("/Spec/head/Compr/refr/Var/value").and_then(|name| name.as_str())
        });
        names.filter(|name| name.starts_with("test_")).map(move |name| format!("{package}.{name}"))
    });
    Ok(rules.collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const POLICY: &str = "package limits\n\nallow if input.price <= data.limit\n";

    fn given(test: &str) -> TempDir {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("limits.rego"), POLICY).unwrap();
        fs::write(folder.path().join("limit.json"), r#"{"limit": 3}"#).unwrap();
        let test = format!("package limits_test\n\n{test}\n");
        fs::write(folder.path().join("limits_test.rego"), test).unwrap();
        folder
    }

    fn ask(folder: &TempDir, query: &str, input: &str) -> Result<Exit, Failure> {
        let document = folder.path().join("input");
        fs::write(&document, input).unwrap();
        let eval = Eval {
            query: query.to_owned(),
            data: vec![folder.path().to_owned()],
            input: Some(document),
            format: Format::Raw,
            fail: true,
        };
        eval.run()
    }

    #[test]
    fn a_defined_result_succeeds_and_an_undefined_one_does_not() {
        let folder = given("");

        assert_eq!(ask(&folder, "data.limits.allow", r#"{"price": 3}"#).unwrap(), Exit::Success);
        assert_eq!(ask(&folder, "data.limits.allow", r#"{"price": 4}"#).unwrap(), Exit::Undefined);
        assert_eq!(ask(&folder, "data.limits.none", "{}").unwrap(), Exit::Undefined);
    }

    #[test]
    fn an_unreadable_file_is_an_error() {
        let folder = given("");

        assert!(ask(&folder, "data.limits.allow", "{").is_err());
        assert!(ask(&folder, "data.limits.", "{}").is_err());
        fs::write(folder.path().join("limits.rego"), "package").unwrap();
        assert!(ask(&folder, "data.limits.allow", "{}").is_err());
    }

    #[test]
    fn tests_pass_or_fail() {
        let run = |rule: &str| test(&[given(rule).path().to_owned()]).unwrap();

        let passes = "test_limit if data.limits.allow with input.price as 3";
        let fails = "test_limit if data.limits.allow with input.price as 4";
        assert_eq!(run(passes), Exit::Success);
        assert_eq!(run(fails), Exit::Error);
        assert_eq!(run(&format!("{passes}\n\nother_{fails}")), Exit::Success);
    }
}
