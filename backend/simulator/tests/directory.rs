//! The directory file lists what the network has.

use std::collections::BTreeSet;
use std::path::Path;

use vigie_simulator::{Network, Settings};

fn table(text: &str) -> toml::Table {
    text.parse().expect("a directory is TOML")
}

/// The values of a field in the tables of a kind.
fn column<'t>(table: &'t toml::Table, kind: &str, field: &str) -> Vec<&'t str> {
    table[kind]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry[field].as_str().unwrap())
        .collect()
}

fn deployed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy/directory")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_deployed_file_is_the_simulated_country() {
    let network = Network::new(&Settings::default());
    assert!(
        network.directory_toml() == deployed("simulated.toml"),
        "write it anew: cargo run -p vigie-simulator --example directory > deploy/directory/simulated.toml"
    );
}

#[test]
fn the_country_has_its_size() {
    let network = Network::new(&Settings::default());
    let count = |code: &str, is_platform: bool| {
        network
            .agencies()
            .filter(|agency| agency.network == code && agency.is_platform == is_platform)
            .count()
    };
    assert_eq!(count("ft", false), 900);
    assert_eq!(count("caf", false), 101);
    assert_eq!(count("cnam", false), 101);
    assert_eq!(count("cnav", false), 15);
    assert_eq!(count("cntces", false), 1);
    // A platform a region, and six of contractors.
    assert_eq!(count("ft", true), 18 + 6);
    let contractors: Vec<_> = network
        .agencies()
        .filter(|agency| agency.region.is_none())
        .collect();
    assert_eq!(contractors.len(), 6);
    let regions: BTreeSet<_> = network
        .agencies()
        .filter_map(|agency| agency.region)
        .collect();
    assert_eq!(regions.len(), 18);
}

#[test]
fn it_lists_each_agency_once_with_what_it_names() {
    let network = Network::new(&Settings::default());
    let text = network.directory_toml();
    let table = table(&text);
    let codes = column(&table, "agency", "code");
    assert_eq!(
        codes,
        network
            .agencies()
            .map(|agency| agency.code)
            .collect::<Vec<_>>()
    );
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());

    let known = |kind, field| {
        column(&table, kind, field)
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    let (networks, regions, hours, queues) = (
        known("network", "code"),
        known("region", "code"),
        known("hours", "name"),
        known("queue", "code"),
    );
    for agency in table["agency"].as_array().unwrap() {
        assert!(
            networks.contains(agency["network"].as_str().unwrap()),
            "{agency}"
        );
        assert!(
            hours.contains(agency["hours"].as_str().unwrap()),
            "{agency}"
        );
        if let Some(region) = agency.get("region") {
            assert!(regions.contains(region.as_str().unwrap()), "{agency}");
        }
        for queue in agency["queues"].as_array().unwrap() {
            assert!(queues.contains(queue.as_str().unwrap()), "{agency}");
        }
    }
    assert_eq!(
        known("line", "number"),
        BTreeSet::from(["3230", "3646", "3949", "3960", "3995", "CESU"])
    );
}

#[test]
fn overseas_regions_have_their_zones() {
    let text = Network::new(&Settings::default()).directory_toml();
    let table = table(&text);
    let zones = column(&table, "region", "time_zone");
    let mainland = zones.iter().filter(|zone| **zone == "Europe/Paris").count();
    assert_eq!(mainland, 13);
    for zone in [
        "America/Guadeloupe",
        "America/Martinique",
        "America/Cayenne",
        "Indian/Reunion",
        "Indian/Mayotte",
    ] {
        assert!(zones.contains(&zone), "{zone}");
    }
}

#[test]
fn a_subset_keeps_the_codes_of_the_country() {
    let country = Network::new(&Settings::default());
    let all: BTreeSet<_> = country.agencies().map(|agency| agency.code).collect();
    let small = Network::new(&Settings::small());
    let codes: Vec<_> = small.agencies().map(|agency| agency.code).collect();
    assert_eq!(codes.len(), 13, "{codes:?}");
    assert!(codes.iter().all(|code| all.contains(code)), "{codes:?}");
    table(&small.directory_toml());
}

#[test]
fn the_directory_of_the_recorded_calls_has_its_six_queues() {
    let text = deployed("recorded.toml");
    let table = table(&text);
    assert_eq!(column(&table, "agency", "code"), ["BANK"]);
    assert_eq!(
        column(&table, "queue", "code"),
        [
            "regular",
            "english",
            "new-customers",
            "stock",
            "technical",
            "internet"
        ]
    );
    assert_eq!(
        table["defaults"]["time_zone"].as_str(),
        Some("Asia/Jerusalem")
    );
}
