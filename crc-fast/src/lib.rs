//! CRC-64/NVME, as Amazon S3 knows it, behind the interface of the crate `crc-fast`: as much of it as
//! `object_store` uses, without the tables of all other checksums.

/// The polynomial, its bits in reverse order.
const POLYNOMIAL: u64 = 0x9a6c_9329_ac4b_c9b5;

/// Which checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrcAlgorithm {
    /// The one of the NVM Express specification.
    Crc64Nvme,
}

/// A checksum in the making.
#[derive(Clone, Copy, Debug)]
pub struct Digest(u64);

impl Digest {
    /// The checksum of nothing.
    #[must_use]
    pub fn new(algorithm: CrcAlgorithm) -> Self {
        match algorithm {
            CrcAlgorithm::Crc64Nvme => Self(u64::MAX),
        }
    }

    /// Takes in what comes next.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |checksum, byte| {
            (0..8).fold(checksum ^ u64::from(*byte), |rest, _| {
                if rest & 1 == 0 { rest >> 1 } else { (rest >> 1) ^ POLYNOMIAL }
            })
        });
    }

    /// The checksum of all that was taken in.
    #[must_use]
    pub fn finalize(&self) -> u64 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_its_catalogue_gives() {
        let mut digest = Digest::new(CrcAlgorithm::Crc64Nvme);
        digest.update(b"12345");
        digest.update(b"6789");

        assert_eq!(digest.finalize(), 0xae8b_1486_0a79_9888);
    }
}
