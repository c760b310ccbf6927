use std::path::{Path, PathBuf};
use std::time::Duration;

use vigie_contract::view::Clock;

use super::{Config, parse};

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn read(text: &str, pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let parsed = parse(
        "vigie.toml",
        text,
        Path::new("/etc/vigie"),
        environment(pairs),
    );
    let whole = parsed.and_then(|config| match &config.directory {
        Ok(_) => Ok(config),
        Err(faulty) => Err(faulty.clone()),
    });
    whole.map_err(|faulty| faulty.faults)
}

fn faults(text: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let mut faults = read(text, pairs).err().unwrap_or_default();
    faults.sort();
    faults
}

#[test]
fn nothing_given_is_a_configuration() {
    let config = read("", &[]).unwrap();
    assert_eq!(config.clock, Clock::Wall);
    assert_eq!(config.kafka.bootstrap_servers, "127.0.0.1:9092");
    assert_eq!(config.kafka.topic, "calls");
    assert_eq!(config.kafka.max_message_bytes, 1_048_576);
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8787");
    assert_eq!(config.engine.requests_a_second, Duration::from_millis(200));
    assert_eq!(config.snapshots.folder, None);
}

#[test]
fn the_environment_wins_over_the_file() {
    let text = r#"
        clock = "event"
        [kafka]
        topic = "appels"
        group_id = "a"
        [kafka.librdkafka]
        "fetch.wait.max.ms" = 50
        security.protocol = "plaintext"
        [limits]
        max_clients = 7
        [http]
        allowed_origins = ["https://a.example"]
    "#;
    let config = read(
        text,
        &[
            ("VIGIE_KAFKA_GROUP_ID", "b"),
            ("VIGIE_KAFKA_LIBRDKAFKA_FETCH_WAIT_MAX_MS", "20"),
            ("VIGIE_LIMITS_MAX_CLIENTS", "9"),
            (
                "VIGIE_HTTP_ALLOWED_ORIGINS",
                "https://b.example, https://c.example",
            ),
            ("VIGIE_RECORDED_DATA", "not a setting"),
            ("PATH", "/bin"),
        ],
    )
    .unwrap();
    assert_eq!(config.clock, Clock::Event);
    assert_eq!(config.kafka.topic, "appels");
    assert_eq!(config.kafka.group_id, "b");
    assert_eq!(config.kafka.librdkafka["fetch.wait.max.ms"], "20");
    assert_eq!(config.kafka.librdkafka["security.protocol"], "plaintext");
    assert_eq!(config.http.limits.max_clients, 9);
    assert_eq!(
        config.http.allowed_origins,
        ["https://b.example", "https://c.example"]
    );
}

#[test]
fn connections_have_room_for_the_clients_and_an_address_has_a_quarter_of_them() {
    for (text, all, of_an_address) in [
        ("", 1_100, 275),
        ("[limits]\nmax_clients = 5", 110, 27),
        ("[http]\nmax_connections = 600", 600, 150),
        (
            "[limits]\nmax_clients = 2\n[http]\nmax_connections = 10",
            10,
            8,
        ),
        ("[http]\nmax_connections_per_address = 1_100", 1_100, 1_100),
    ] {
        let http = read(text, &[]).unwrap().http;
        let found = (http.max_connections, http.max_connections_per_address);
        assert_eq!(found, (all, of_an_address), "{text}");
    }
    let found = faults("[http]\nmax_connections = 499", &[]);
    assert_eq!(
        found,
        ["http.max_connections: 499 is less than limits.max_clients"]
    );
}

#[test]
fn names_of_the_service_are_hosts_without_ports() {
    let config = read("[http]\nallowed_hosts = [\"Vigie\", \"[::1]\"]", &[]).unwrap();
    assert_eq!(
        config.http.allowed_hosts,
        ["vigie", "::1"].map(|name| name.parse().unwrap())
    );
    let found = faults("", &[("VIGIE_HTTP_ALLOWED_HOSTS", "a.example,*,b:80")]);
    let expected = ["\"*\"", "\"b:80\""].map(|name| {
        format!(
            "http.allowed_hosts: {name}: neither the name nor the address of a host, without a port"
        )
    });
    assert_eq!(found, expected);
}

#[test]
fn paths_of_the_file_are_relative_to_it() {
    let config = read("[snapshots]\nfolder = \"state\"", &[]).unwrap();
    assert_eq!(
        config.snapshots.folder,
        Some(PathBuf::from("/etc/vigie/state"))
    );
    let config = read("", &[("VIGIE_SNAPSHOTS_FOLDER", "state")]).unwrap();
    assert_eq!(config.snapshots.folder, Some(PathBuf::from("state")));
}

#[test]
fn all_faults_are_told_at_once() {
    let text = r#"
        clock = "sundial"
        directory = "no/such/file.toml"
        [kafka]
        topc = "calls"
        refused_topic = "calls"
        group_id = ""
        [kafka.librdkafka]
        "enable.auto.commit" = true
        [http]
        listen = "everywhere"
        allowed_origins = "https://a.example"
        [snapshots]
        interval_seconds = 0
        [log]
        level = "loud=very"
    "#;
    let found = faults(
        text,
        &[
            ("VIGIE_LIMITS_MAX_CLIENTS", "many"),
            ("VIGIE_HTTP_PORT", "1"),
        ],
    );
    let expected = [
        "VIGIE_HTTP_PORT: unknown",
        "VIGIE_LIMITS_MAX_CLIENTS: \"many\" is not a whole number from 1 to 100000",
        "/etc/vigie/no/such/file.toml: cannot be read",
        "clock: \"sundial\" is not one of wall, event",
        "http.allowed_origins: not a list of texts",
        "http.listen: \"everywhere\": invalid socket address",
        "kafka.group_id: empty",
        "kafka.librdkafka.enable.auto.commit: not to be set",
        "kafka.refused_topic: \"calls\" is the topic of the calls",
        "kafka.topc: unknown",
        "log.level: \"loud=very\"",
        "snapshots.interval_seconds: 0 is not a whole number from 1 to 86400",
    ];
    for start in expected {
        assert!(
            found.iter().any(|fault| fault.starts_with(start)),
            "{start} is missing among {found:#?}"
        );
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn what_producers_can_invent_has_limits_of_its_own() {
    let config = read("", &[]).unwrap();
    assert_eq!(config.invented, vigie_model::Limits::default());
    let text = "[limits]\nqueues_per_agency = 7\npromise_due_days = 2";
    let config = read(text, &[("VIGIE_LIMITS_AGENCIES", "9")]).unwrap();
    let expected = vigie_model::Limits {
        agencies: 9,
        queues: 7,
        due_within: vigie_contract::time::Span::from_seconds(2 * 86_400),
        ..vigie_model::Limits::default()
    };
    assert_eq!(config.invented, expected);
    let found = faults("[limits]\nlines = 0", &[]);
    assert_eq!(
        found,
        ["limits.lines: 0 is not a whole number from 1 to 1000000"]
    );
}

#[test]
fn the_key_of_pseudonyms_is_given_once_and_never_repeated() {
    let secret = "00112233445566778899aabbccddeeff";
    let config = read("", &[("VIGIE_PSEUDONYMS_KEY", secret)]).unwrap();
    assert!(config.pseudonyms.is_some());
    assert!(!format!("{config:?}").contains("0011"));
    let broken = &secret[1..];
    let file = "[pseudonyms]\nkey_file = \"no.key\"";
    for (text, given, fault) in [
        (
            "",
            broken,
            "pseudonyms.key: not a key of 32 hexadecimal digits",
        ),
        (
            file,
            secret,
            "pseudonyms.key_file: given beside pseudonyms.key",
        ),
    ] {
        let found = faults(text, &[("VIGIE_PSEUDONYMS_KEY", given)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(fault), "{found:?}");
        assert!(!found[0].contains(broken), "{found:?}");
    }
    let found = faults(file, &[]);
    assert!(
        found[0].starts_with("pseudonyms.key_file: /etc/vigie/no.key: cannot be read"),
        "{found:?}"
    );
}

#[test]
fn what_the_client_library_does_not_take_is_a_fault() {
    let found = faults(
        "[kafka.librdkafka]\n\"no.such\" = 1\n\"socket.timeout.ms\" = \"soon\"",
        &[],
    );
    assert_eq!(found.len(), 2, "each of them: {found:?}");
    assert!(
        found[0].starts_with("kafka.librdkafka: no.such = \"1\": "),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("kafka.librdkafka: socket.timeout.ms = \"soon\": "),
        "{found:?}"
    );
}

#[test]
fn a_file_that_is_no_toml_is_told_by_its_line() {
    let found = faults("clock = \"wall\"\n[kafka\n", &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("line 2: "), "{found:?}");
}
