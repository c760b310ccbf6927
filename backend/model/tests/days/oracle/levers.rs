//! The levers that were pulled (reading 42).

use std::collections::BTreeMap;

use vigie_contract::event::{Body, QueueStateChanged};
use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Lever, LeverKind, QueuePlace};

use super::Moment;
use super::told::Told;

/// One lever for each field that an event names.
fn pulled(data: &QueueStateChanged<'static>, since: Time) -> Vec<Lever> {
    let lever = |kind, on| Lever {
        agency: data.agency.to_string(),
        queue: data.queue.to_string(),
        kind,
        on,
        to: None,
        message: None,
        since,
    };
    let mut levers = Vec::new();
    levers.extend(data.open.map(|on| lever(LeverKind::Open, on)));
    levers.extend(data.overflow_to.as_ref().map(|to| Lever {
        to: to.as_ref().map(|place| QueuePlace {
            agency: place.agency.to_string(),
            queue: place.queue.to_string(),
        }),
        ..lever(LeverKind::Overflow, to.is_some())
    }));
    levers.extend(data.deflecting.map(|on| lever(LeverKind::Deflecting, on)));
    levers.extend(
        data.offering_callback
            .map(|on| lever(LeverKind::OfferingCallback, on)),
    );
    levers.extend(data.message.as_ref().map(|message| Lever {
        message: Some(message.to_string()).filter(|message| !message.is_empty()),
        ..lever(LeverKind::Message, !message.is_empty())
    }));
    levers
}

impl Moment<'_, '_> {
    /// Events that pulled a lever in a scope, in their order.
    fn changes(&self, of: ExtentRef<'_>) -> Vec<(Told<'_>, Vec<Lever>)> {
        let mut changes = Vec::new();
        for told in self.told(of) {
            if let Body::QueueStateChanged(data) = &told.event.body {
                changes.push((*told, pulled(data, told.event.time)));
            }
        }
        changes.sort_by_key(|(told, _)| told.by_id());
        changes
    }

    /// The last of each queue and kind; in an agency and below.
    pub fn levers(&self, of: ExtentRef<'_>) -> Option<Vec<Lever>> {
        let is_low = |scope: &Scope| matches!(scope, Scope::Agency(..) | Scope::Queue(..));
        if !of.members().iter().all(is_low) {
            return None;
        }
        let mut last = BTreeMap::new();
        for lever in self.changes(of).into_iter().flat_map(|(_, levers)| levers) {
            let key = (lever.agency.clone(), lever.queue.clone(), lever.kind);
            last.insert(key, lever);
        }
        Some(last.into_values().collect())
    }

    /// Every lever pulled today, oldest first.
    pub fn lever_changes<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Vec<Lever> {
        let of = of.into();
        let changes = self.changes(of).into_iter().filter(|(told, _)| {
            let zone = self.count.places.zone(told.names().agency, None);
            self.is_today(zone, zone.day(told.time()))
        });
        changes.flat_map(|(_, levers)| levers).collect()
    }
}
