//! Does a text that wants to do harm end in an error, and do no more?

use super::{lint, status, text};

#[test]
fn hostile_texts_end_with_a_finding() {
    let mut bomb = String::from("apiVersion: v1\nkind: List\nitems: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (this, last) in ('b'..='k').zip('a'..) {
        bomb.extend([format!("{this}: &{this} ["), format!("*{last},").repeat(10), "]\n".into()]);
    }
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: llama}\ndata: ";
    for hostile in [
        bomb.into_bytes(),
        format!("{head}{}", "[".repeat(100_000)).into_bytes(),
        format!("{head}{}", "{a: ".repeat(100_000)).into_bytes(),
        format!("{head}\n{}", "- ".repeat(100_000)).into_bytes(),
        format!("{head}*missing\n").into_bytes(),
        format!("{head}\"\\0\"\n").into_bytes(),
        [head.as_bytes(), b"{a: \xff\xfe}\n"].concat(),
        [head.as_bytes(), b"{a: \"\0\"}\n"].concat(),
        format!("{head}{{a: \"open\n").into_bytes(),
    ] {
        let output = lint(&[("llama.yaml", &hostile)], &["llama.yaml"]);
        let start = String::from_utf8_lossy(&hostile[hostile.len().saturating_sub(20)..]).into_owned();
        assert_eq!(status(&output), 1, "{start}: {}", text(&output.stdout));
        assert!(text(&output.stdout).contains("error["), "{start}");
    }
}

#[test]
fn large_texts_are_read_to_their_end() {
    let keys: Vec<String> = (0..200_000).map(|number| format!("  k{number}: \"{number}\"\n")).collect();
    let keys = keys.concat();
    let many = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: llama}}\ndata:\n{keys}");
    let long = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: llama}}\ndata: {{a: \"{}\"}}\n",
        "x".repeat(5 << 20)
    );
    for text_of in [many, long] {
        let output = lint(&[("llama.yaml", text_of.as_bytes())], &["llama.yaml"]);
        assert_eq!((status(&output), text(&output.stdout)), (0, "nothing wrong in 1 object\n"));
    }
}
