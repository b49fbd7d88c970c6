//! What a tool prints while it runs.

/// Prints a heading that says what happens next.
pub fn chapter(title: &str) {
    println!("\n== {title}");
}

/// Prints a command as a person would type it.
pub fn command(name: &str, arguments: &[&str]) {
    let arguments: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
    println!("\n   $ {name} {}", arguments.join(" "));
}

/// Prints a line of another program's output.
pub fn output(line: &str) {
    println!("   | {line}");
}

/// Prints what happened.
pub fn note(sentences: &str) {
    println!("\n   {sentences}");
}

fn quoted(argument: &str) -> String {
    if argument.contains(' ') { format!("'{argument}'") } else { argument.to_owned() }
}
