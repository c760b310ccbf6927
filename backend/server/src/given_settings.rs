//! Settings as given: a TOML file with the environment laid over it.
//!
//! Every reader takes its setting away and notes a fault instead of stopping,
//! so that a bad configuration is told whole; what nobody took is unknown.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Value;

/// The start of every environment variable.
const PREFIX: &str = "VIGIE_";

/// Where `librdkafka`'s own settings are, by the names that it gives them.
const LIBRDKAFKA: &str = "kafka.librdkafka.";

/// A value and where it came from.
#[derive(Debug)]
struct GivenSetting {
    value: Value,
    /// The name as written: `kafka.topic` or `VIGIE_KAFKA_TOPIC`.
    origin: String,
    from_environment: bool,
}

/// All settings given, and the faults found so far.
#[derive(Debug)]
pub struct GivenSettings {
    settings: BTreeMap<String, GivenSetting>,
    /// Paths in the file are relative to its folder.
    folder: PathBuf,
    /// What is wrong, one line for each fault.
    pub faults: Vec<String>,
}

impl GivenSettings {
    /// Lays the environment over the text of a file in `folder`.
    pub fn new(
        text: &str,
        folder: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
        sections: &[&str],
    ) -> Self {
        let mut given = Self {
            settings: BTreeMap::new(),
            folder: folder.to_owned(),
            faults: Vec::new(),
        };
        match text.parse::<toml::Table>() {
            Ok(table) => given.flatten("", table),
            Err(error) => given.faults.push(not_toml(text, &error)),
        }
        for (name, value) in environment {
            if let Some(path) = setting_of(&name, sections) {
                let setting = GivenSetting {
                    value: Value::String(value),
                    origin: name,
                    from_environment: true,
                };
                given.settings.insert(path, setting);
            }
        }
        given
    }

    fn flatten(&mut self, prefix: &str, table: toml::Table) {
        for (key, value) in table {
            let path = format!("{prefix}{key}");
            match value {
                Value::Table(table) => self.flatten(&format!("{path}."), table),
                value => {
                    let setting = GivenSetting {
                        value,
                        origin: path.clone(),
                        from_environment: false,
                    };
                    self.settings.insert(path, setting);
                }
            }
        }
    }

    fn fault(&mut self, origin: &str, problem: impl Display) {
        self.faults.push(format!("{origin}: {problem}"));
    }

    /// A text that may be absent.
    pub fn optional_text(&mut self, path: &str) -> Option<String> {
        let setting = self.settings.remove(path)?;
        match setting.value {
            Value::String(text) if text.trim().is_empty() => {
                self.fault(&setting.origin, "empty");
                None
            }
            Value::String(text) => Some(text),
            other => {
                self.fault(&setting.origin, format!("{other} is not a text"));
                None
            }
        }
    }

    /// A text, or the default where it is absent.
    pub fn text(&mut self, path: &str, default: &str) -> String {
        self.optional_text(path)
            .unwrap_or_else(|| default.to_owned())
    }

    /// A text that parses.
    pub fn parsed<T>(&mut self, path: &str, default: T) -> T
    where
        T: std::str::FromStr,
        T::Err: Display,
    {
        let origin = self.origin(path);
        let Some(text) = self.optional_text(path) else {
            return default;
        };
        text.parse().unwrap_or_else(|error| {
            self.fault(&origin, format!("{text:?}: {error}"));
            default
        })
    }

    /// One of a closed list of words; the first is the default.
    pub fn one_of<T: Copy>(&mut self, path: &str, words: &[(&str, T)]) -> T {
        let default = words[0].1;
        let origin = self.origin(path);
        let Some(text) = self.optional_text(path) else {
            return default;
        };
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => *value,
            None => {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                self.fault(
                    &origin,
                    format!("{text:?} is not one of {}", known.join(", ")),
                );
                default
            }
        }
    }

    /// A whole number within a range.
    pub fn number(&mut self, path: &str, default: u64, range: RangeInclusive<u64>) -> u64 {
        let Some(setting) = self.settings.remove(path) else {
            return default;
        };
        let number = match &setting.value {
            Value::Integer(number) => u64::try_from(*number).ok(),
            Value::String(text) if setting.from_environment => text.trim().parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => number,
            _ => {
                let problem = format!(
                    "{} is not a whole number from {} to {}",
                    setting.value,
                    range.start(),
                    range.end()
                );
                self.fault(&setting.origin, problem);
                default
            }
        }
    }

    /// A whole number of things from 1 to `most`.
    pub fn size(&mut self, path: &str, default: u32, most: u32) -> usize {
        // It fits in 32 bits.
        self.number(path, default.into(), 1..=most.into()) as usize
    }

    /// A length of time of whole seconds, from 1 to `most`.
    pub fn seconds(&mut self, path: &str, default: u64, most: u64) -> Duration {
        Duration::from_secs(self.number(path, default, 1..=most))
    }

    /// A path; in the file, relative to the file's folder.
    pub fn path(&mut self, path: &str) -> Option<PathBuf> {
        let from_file = self
            .settings
            .get(path)
            .is_some_and(|setting| !setting.from_environment);
        let given = PathBuf::from(self.optional_text(path)?);
        Some(if from_file {
            self.folder.join(given)
        } else {
            given
        })
    }

    /// Texts: a list in the file, separated by commas in the environment.
    pub fn list(&mut self, path: &str) -> Vec<String> {
        let Some(setting) = self.settings.remove(path) else {
            return Vec::new();
        };
        let texts = match &setting.value {
            Value::String(text) if setting.from_environment => Some(
                text.split(',')
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect(),
            ),
            Value::Array(values) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            self.fault(&setting.origin, "not a list of texts");
            Vec::new()
        })
    }

    /// The settings of `librdkafka`, by its own names.
    pub fn librdkafka(&mut self) -> BTreeMap<String, String> {
        let names: Vec<String> = self
            .settings
            .keys()
            .filter(|path| path.starts_with(LIBRDKAFKA))
            .cloned()
            .collect();
        let mut found = BTreeMap::new();
        for name in names {
            let Some(setting) = self.settings.remove(&name) else {
                continue;
            };
            let text = match setting.value {
                Value::String(text) => text,
                Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => {
                    setting.value.to_string()
                }
                _ => {
                    self.fault(&setting.origin, "not a text, a number or true or false");
                    continue;
                }
            };
            found.insert(name[LIBRDKAFKA.len()..].to_owned(), text);
        }
        found
    }

    /// Notes a fault of a setting that was read already.
    pub fn refuse(&mut self, path: &str, problem: impl Display) {
        self.fault(path, problem);
    }

    /// All faults, those of unknown settings included.
    pub fn finish(mut self) -> Vec<String> {
        for setting in self.settings.into_values() {
            self.faults.push(format!("{}: unknown", setting.origin));
        }
        self.faults
    }

    fn origin(&self, path: &str) -> String {
        self.settings
            .get(path)
            .map_or_else(|| path.to_owned(), |setting| setting.origin.clone())
    }
}

/// The setting that an environment variable gives: `VIGIE_KAFKA_GROUP_ID` is
/// `kafka.group_id`. `None` for variables of others.
fn setting_of(name: &str, sections: &[&str]) -> Option<String> {
    let rest = name.strip_prefix(PREFIX)?.to_ascii_lowercase();
    if let Some(own) = rest.strip_prefix("kafka_librdkafka_") {
        return Some(format!("{LIBRDKAFKA}{}", own.replace('_', ".")));
    }
    sections
        .iter()
        .find_map(|section| match rest.strip_prefix(section)? {
            "" => Some(rest.clone()),
            field => Some(format!("{section}.{}", field.strip_prefix('_')?)),
        })
}

fn not_toml(text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
    format!("line {line}: {}", error.message().replace('\n', "; "))
}
