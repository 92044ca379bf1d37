//! How is a text told from another in ten characters, for ever and everywhere the same?

/// FNV-1a, 64 bit: the same in every build, on every machine. Source: RFC 9923.
pub struct Fnv(u64);

impl Fnv {
    /// The hash of a text.
    #[must_use]
    pub const fn of(text: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).with(text)
    }

    /// The hash of what came before, and a text and its end.
    #[must_use]
    pub const fn with(self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut hash = self;
        let mut at = 0;
        // No iterators where it is to be known at compile time.
        while at < bytes.len() {
            hash = hash.with_byte(bytes[at]);
            at += 1;
        }
        hash.with_byte(0xff)
    }

    const fn with_byte(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u64).wrapping_mul(0x0100_0000_01b3))
    }

    /// Ten hexadecimal digits: a part of a name.
    pub fn in_hex(&self) -> String {
        format!("{:010x}", self.0 >> 24)
    }
}
