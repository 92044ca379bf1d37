//! Whoever asks through a proxy.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::front::KEY;

/// Who one says one is.
#[derive(Clone, Copy)]
pub enum As {
    Nobody,
    User,
    Stranger,
    WithKey,
    WithWrongKey,
}

impl As {
    fn header(self) -> String {
        match self {
            Self::Nobody => String::new(),
            // farmer:haystack and farmer:needle, in base64.
            Self::User => "Authorization: Basic ZmFybWVyOmhheXN0YWNr\r\n".to_owned(),
            Self::Stranger => "Authorization: Basic ZmFybWVyOm5lZWRsZQ==\r\n".to_owned(),
            Self::WithKey => format!("Authorization: Bearer {KEY}\r\n"),
            Self::WithWrongKey => "Authorization: Bearer of-another-farm\r\n".to_owned(),
        }
    }
}

/// Sends a request, whose answer ends with the connection.
fn send(address: &str, method: &str, path: &str, who: As, body: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        who.header(),
        body.len()
    );
    stream.write_all((head + body).as_bytes()).expect("asked");
    BufReader::new(stream)
}

/// The status of an answer.
pub fn ask(address: &str, method: &str, path: &str, who: As, body: &str) -> (u16, String) {
    let mut whole = Vec::new();
    // A proxy that refuses may close before it has read all.
    let _ = send(address, method, path, who, body).read_to_end(&mut whole);
    let text = String::from_utf8_lossy(&whole).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{text:?}"));
    (status, text)
}

/// Asks for a stream: tells when its first line has come, and gives all of it once it has ended.
pub fn stream(address: &str, path: &str, who: As, body: &str, begun: impl FnOnce()) -> String {
    let mut answer = send(address, "POST", path, who, body);
    let mut text = String::new();
    let mut begun = Some(begun);
    loop {
        let mut line = Vec::new();
        match answer.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return text,
            Ok(_) => text += &String::from_utf8_lossy(&line),
        }
        if text.contains("\"done\":false")
            && let Some(begun) = begun.take()
        {
            begun();
        }
    }
}
