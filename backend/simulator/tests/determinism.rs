//! The same settings give the same bytes.

use sha2::{Digest, Sha256};
use vigie_contract::time::Time;
use vigie_simulator::{Settings, Simulation};

/// Hash of every delivery and of the truth of some settings.
fn fingerprint(settings: Settings) -> String {
    let mut hash = Sha256::new();
    let mut simulation = Simulation::new(settings);
    for delivery in simulation.by_ref() {
        hash.update(delivery.at.0.to_le_bytes());
        hash.update(delivery.event.to_json());
    }
    let mut truth = Vec::new();
    simulation.truth().write_ndjson(&mut truth).unwrap();
    hash.update(truth);
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// An hour of the small preset.
fn an_hour(seed: u64) -> Settings {
    let small = Settings::small();
    Settings {
        seed,
        start: small.end - vigie_contract::time::Span::from_seconds(3_600),
        ..small
    }
}

#[test]
fn one_seed_gives_the_same_bytes_twice() {
    assert_eq!(fingerprint(an_hour(5)), fingerprint(an_hour(5)));
}

#[test]
fn another_seed_or_start_gives_other_bytes() {
    let one = fingerprint(an_hour(5));
    assert_ne!(one, fingerprint(an_hour(6)));
    let later = Settings {
        start: Time(an_hour(5).start.0 + 1_000_000),
        ..an_hour(5)
    };
    assert_ne!(one, fingerprint(later));
}

/// A drift of the simulated country shows here. Where it is meant, this is the
/// place to say so: put the new hash.
#[test]
fn the_small_preset_has_not_drifted() {
    assert_eq!(
        fingerprint(Settings::small()),
        "cece94491b02337b10b12578314c9b18da40b7c094fa2a41e521cfd950f407b4"
    );
}
