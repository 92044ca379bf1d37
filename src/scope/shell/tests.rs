//! What people write, and what it comes to.

use super::{Loss, Script};

fn read(text: &str) -> Script {
    Script::read(text).unwrap_or_else(|| panic!("not read: {text}"))
}

fn words(text: &str) -> Vec<Vec<String>> {
    let script = read(text);
    let statements = script.statements();
    statements.iter().map(|statement| statement.simple.words.iter().map(|word| word.text.clone()).collect()).collect()
}

#[test]
fn words_have_no_quotes_redirections_and_comments() {
    for (text, expected) in [
        ("a b  'c d' \"e $f\" g\\ h", vec![vec!["a", "b", "c d", "e $f", "g h"]]),
        ("a >/dev/null 2>&1 & b &> x; c 2>/dev/null", vec![vec!["a"], vec!["b"], vec!["c"]]),
        ("a # b\nc \\\n d", vec![vec!["a"], vec!["c", "d"]]),
        ("cat <<EOF > f\nollama pull x\nEOF\nb", vec![vec!["cat"], vec!["b"]]),
        ("echo $(a \"b c\" | d) `e f`", vec![vec!["echo", "$(a \"b c\" | d)", "`e f`"]]),
        ("echo \"$(grep \"x\" y)\" z", vec![vec!["echo", "$(grep \"x\" y)", "z"]]),
        ("for m in a b; do c $m; done", vec![vec!["c", "$m"]]),
        ("M=(a b); for ((i=0; i<3; i++)); do c; done", vec![vec![], vec!["c"]]),
        ("f() { a; }; case $x in a|b) c;; *) d;; esac", vec![vec!["a"], vec!["c"], vec!["d"]]),
        (
            "if [ -n \"$a\" ]; then b; elif c; then d; else e; fi",
            vec![vec!["[", "-n", "$a", "]"], vec!["b"], vec!["c"], vec!["d"], vec!["e"]],
        ),
        ("(a; b) || { c; exit 1; }", vec![vec!["a"], vec!["b"], vec!["c"], vec!["exit", "1"]]),
    ] {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_script_is_not_read() {
    let deep = "( ".repeat(10_000) + "a" + &" )".repeat(10_000);
    let functions = "f() ".repeat(10_000) + "{ a; }";
    let ifs = "if ".repeat(10_000);
    for text in ["a 'b", "a \"b", "$(a", "if a; then b", "done", ")", "{ a", "case x in", &deep, &functions, &ifs] {
        assert!(Script::read(text).is_none(), "{}", text.get(..20.min(text.len())).unwrap_or_default());
    }
    for text in
        ["", "\n", "#", "\\", "a \\", "a >", "a <<E", "a <<", "&>", "a;;", "\u{e4} \u{1f999}", "((", "a=(", "`", "${"]
    {
        let _ = Script::read(text);
    }
}

#[test]
fn a_program_is_what_runs_in_the_end() {
    for (text, program, pulls) in [
        ("ollama pull x", "ollama", true),
        ("exec /bin/ollama pull x", "ollama", true),
        ("timeout -k 10 600 ollama pull x", "ollama", true),
        ("OLLAMA_HOST=a:1 nohup ollama run x hi", "ollama", true),
        ("env A=b ollama pull x", "ollama", true),
        ("xargs -n1 ollama pull", "xargs", false),
        ("xargs -I{} ollama pull {}", "xargs", true),
        ("ollama list", "ollama", false),
        ("command -v curl", "command", false),
    ] {
        let script = read(text);
        let simple = script.only().expect("one command");
        assert_eq!((simple.program().expect("a program").0, simple.brings()), (program, pulls), "{text}");
    }
}

#[test]
fn a_failure_is_lost_where_nobody_sees_it() {
    for (text, loss) in [
        ("ollama pull x", None),
        ("ollama serve & sleep 5 && ollama pull x && kill 1", None),
        ("ollama pull x; echo done", Some(Loss::GoesOn)),
        ("set -e\nollama pull x\necho done", None),
        ("set -eu; set +e; ollama pull x; echo done", Some(Loss::GoesOn)),
        ("set -e; ollama pull x && echo y; echo done", Some(Loss::GoesOn)),
        ("set -euo pipefail; ollama pull x | tee log; echo done", None),
        ("set -e; ollama pull x | tee log", Some(Loss::Pipe)),
        ("ollama pull x || true", Some(Loss::Or { told: false })),
        ("ollama pull x || { echo no; sleep 1; }", Some(Loss::Or { told: true })),
        ("ollama pull x || exit 1; echo done", None),
        ("ollama pull x || { echo no; exit 1; }; echo done", None),
        ("ollama pull x || ollama pull y", None),
        ("ollama pull x &", Some(Loss::Background)),
        ("ollama pull x & P=$!; wait $P", None),
        ("for m in a b; do ollama pull $m; done", Some(Loss::Round)),
        ("for m in $MODELS; do ollama pull $m; done", None),
        ("for m in a b; do ollama pull $m || exit 1; done", None),
        ("for i in 1 2 3; do ollama pull x && break; sleep 1; done", None),
        ("until ollama pull x; do sleep 1; done; echo done", None),
        ("if ! ollama pull x; then exit 1; fi; echo done", None),
        ("ollama pull x; [ $? -eq 0 ] || exit 1; echo", None),
        ("ollama pull x; ollama list | grep -q x", None),
        ("ollama pull x; ollama list; echo", Some(Loss::GoesOn)),
        ("p() { ollama pull $1; }; p a; p b", Some(Loss::GoesOn)),
        ("p() { ollama pull $1; echo; }; p a", Some(Loss::GoesOn)),
        ("set -e; p() { ollama pull $1; echo; }; p a", None),
        ("(ollama pull x; echo) ; true", Some(Loss::GoesOn)),
        ("curl -X POST http://o/api/pull -d '{\"name\":\"x\"}'", Some(Loss::Answer)),
        ("curl -f http://o/api/pull -d '{\"name\":\"x\", \"stream\": false}'", None),
        ("curl -s http://o/api/pull -d '{}' | grep -q success", None),
        ("curl -sf http://o/api/pull -d @body", None),
        ("curl -s http://o/api/pull -d '{}'; curl -f http://o/api/show -d '{}'", None),
    ] {
        let script = read(text);
        assert_eq!(script.lost(false).first().map(|lost| lost.loss), loss, "{text}");
    }
    assert!(read("ollama pull x\necho").lost(true).is_empty(), "sh -e");
}
