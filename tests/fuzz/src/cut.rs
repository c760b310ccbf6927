//! Bytes cut into parts, so that every input of the fuzzer means something.

/// What is left of the bytes. Where they end, lengths shrink and numbers are 0.
pub struct Cut<'a>(&'a [u8]);

impl<'a> Cut<'a> {
    /// Cuts from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.part(1).first().copied().unwrap_or(0)
    }

    /// The next two bytes, the low one first.
    pub fn pair(&mut self) -> u16 {
        u16::from(self.byte()) | u16::from(self.byte()) << 8
    }

    /// The next `length` bytes, or as many as there are.
    pub fn part(&mut self, length: usize) -> &'a [u8] {
        let (part, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        part
    }

    /// A part that says its length in one byte.
    pub fn short_part(&mut self) -> &'a [u8] {
        let length = self.byte();
        self.part(usize::from(length))
    }

    /// A part that says its length in two bytes.
    pub fn long_part(&mut self) -> &'a [u8] {
        let length = self.pair();
        self.part(usize::from(length))
    }
}
