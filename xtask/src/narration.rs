//! What people see on their screen.

/// What is about to happen.
pub(crate) fn chapter(title: &str) {
    println!("\n== {title}");
}

/// A command that people could have typed.
pub(crate) fn command(name: &str, arguments: &[&str]) {
    let arguments: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
    println!("\n   $ {name} {}", arguments.join(" "));
}

/// A line of another program.
pub(crate) fn output(line: &str) {
    println!("   | {line}");
}

/// What happened.
pub(crate) fn told(sentences: &str) {
    println!("\n   {sentences}");
}

fn quoted(argument: &str) -> String {
    if argument.contains(' ') { format!("'{argument}'") } else { argument.to_owned() }
}
