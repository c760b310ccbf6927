//! The key of the hashes of pseudonyms, as the service is told.

use vigie_model::Pseudonyms;

use super::key::{parse, read};
use crate::given_settings::GivenSettings;

/// Reads `pseudonyms.key`, or the file that `pseudonyms.key_file` names; `None`
/// where neither is given. No fault repeats what was given as a key.
pub fn given_key(given: &mut GivenSettings) -> Option<Pseudonyms> {
    let key = given.optional_text("pseudonyms.key");
    let file = given.path("pseudonyms.key_file");
    match (key, file) {
        (None, None) => None,
        (Some(_), Some(_)) => {
            let problem = "given beside pseudonyms.key: which is it?";
            given.refuse("pseudonyms.key_file", problem.to_owned());
            None
        }
        (Some(key), None) => checked(given, "pseudonyms.key", parse(&key)),
        (None, Some(file)) => checked(given, "pseudonyms.key_file", read(&file)),
    }
}

fn checked(
    given: &mut GivenSettings,
    path: &str,
    key: Result<Pseudonyms, String>,
) -> Option<Pseudonyms> {
    key.map_err(|problem| given.refuse(path, problem)).ok()
}
