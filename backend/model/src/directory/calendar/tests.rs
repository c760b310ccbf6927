use super::*;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// Two lines: one keeps the hours given, the other has none. Closures come
/// after.
fn calendar_of(hours: &str, closures: &str) -> Calendar {
    let directory = format!(
        r#"
        version = 1
        [[hours]]
        name = "some"
        {hours}
        [[network]]
        code = "ft"
        name = "France Travail"
        [[line]]
        number = "hours"
        name = "with hours"
        network = "ft"
        hours = "some"
        [[line]]
        number = "always"
        name = "always open"
        network = "ft"
        [[line]]
        number = "overseas"
        name = "four hours behind"
        network = "ft"
        time_zone = "America/Martinique"
        {closures}"#
    );
    Calendar::new(Arc::new(Directory::parse(&directory).unwrap()))
}

fn office() -> Calendar {
    let hours = r#"
        monday = ["08:30-12:30", "13:30-16:30"]
        sunday = ["01:00-24:00"]
    "#;
    calendar_of(hours, "")
}

fn first_open(calendar: &mut Calendar, line: &str, from: &str, to: &str) -> Option<Time> {
    let hours = calendar.directory.hours(None, Some(line));
    let zone = calendar.directory.zone(None, Some(line));
    calendar.first_open(hours, zone, at(from), at(to))
}

#[test]
fn the_clock_on_the_wall_shows_an_hour_of_its_own_day() {
    let directory = Directory::empty();
    let day = |date: &str| at(&format!("{date}T00:00:00Z")).second().div_euclid(86_400);
    for (instant, date, hour) in [
        ("2026-11-21T22:59:59.999999Z", "2026-11-21", 23),
        ("2026-11-21T23:00:00Z", "2026-11-22", 0),
        ("2026-07-01T21:59:59Z", "2026-07-01", 23),
        // The hour that comes twice, and the one after that which is skipped.
        ("2026-10-25T00:30:00Z", "2026-10-25", 2),
        ("2026-10-25T01:30:00Z", "2026-10-25", 2),
        ("2026-03-29T01:00:00Z", "2026-03-29", 3),
        ("1969-12-31T22:30:00Z", "1969-12-31", 23),
    ] {
        let shown = directory.local_hour("anywhere", at(instant));
        let day = day(date);
        assert_eq!(shown, LocalHour { day, hour }, "{instant}");
    }
}

#[test]
fn days_follow_clock_changes() {
    let mut calendar = office();
    for (instant, start, end) in [
        (
            "2026-03-29T12:00:00Z",
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
        ),
        (
            "2026-10-25T12:00:00Z",
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
        ),
        (
            "2026-10-24T22:00:00Z",
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
        ),
        (
            "2026-10-24T21:59:59.999999Z",
            "2026-10-23T22:00:00Z",
            "2026-10-24T22:00:00Z",
        ),
    ] {
        let day = calendar.day(ZoneId(0), at(instant));
        assert_eq!((day.start, day.end), (at(start), at(end)), "{instant}");
    }
}

#[test]
fn the_first_open_instant_of_a_wait() {
    let mut calendar = office();
    // 2026-11-23 is a Monday; Paris is an hour ahead.
    for (from, to, expected) in [
        (
            "2026-11-23T08:00:00Z",
            "2026-11-23T08:05:00Z",
            Some("2026-11-23T08:00:00Z"),
        ),
        (
            "2026-11-23T07:25:00Z",
            "2026-11-23T07:35:00Z",
            Some("2026-11-23T07:30:00Z"),
        ),
        ("2026-11-23T07:25:00Z", "2026-11-23T07:30:00Z", None),
        ("2026-11-23T11:30:00Z", "2026-11-23T11:30:00Z", None),
        (
            "2026-11-23T11:29:59Z",
            "2026-11-23T11:40:00Z",
            Some("2026-11-23T11:29:59Z"),
        ),
        (
            "2026-11-23T12:30:00Z",
            "2026-11-23T12:30:00Z",
            Some("2026-11-23T12:30:00Z"),
        ),
        (
            "2026-11-22T22:59:00Z",
            "2026-11-23T07:31:00Z",
            Some("2026-11-22T22:59:00Z"),
        ),
        (
            "2026-11-22T23:00:00Z",
            "2026-11-23T07:31:00Z",
            Some("2026-11-23T07:30:00Z"),
        ),
        ("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", None),
    ] {
        let first = first_open(&mut calendar, "hours", from, to);
        assert_eq!(first, expected.map(at), "{from} to {to}");
    }
    let night = "2026-11-24T03:00:00Z";
    let always = first_open(&mut calendar, "always", night, night);
    assert_eq!(always, Some(at(night)));
}

#[test]
fn hours_on_a_day_of_a_clock_change() {
    let mut calendar = office();
    // 2026-10-25, a Sunday with 25 hours: 01:00 local is 23:00Z the day before.
    for (from, to, expected) in [
        (
            "2026-10-24T22:10:00Z",
            "2026-10-25T00:00:00Z",
            "2026-10-24T23:00:00Z",
        ),
        (
            "2026-10-25T22:59:59Z",
            "2026-10-25T23:10:00Z",
            "2026-10-25T22:59:59Z",
        ),
    ] {
        let first = first_open(&mut calendar, "hours", from, to);
        assert_eq!(first, Some(at(expected)), "{from} to {to}");
    }
    // The clock shows 02:45 twice; "02:30-…" opens, closes and opens again.
    let mut twice = calendar_of("sunday = [\"02:30-02:50\"]", "");
    for (from, to, expected) in [
        (
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            Some("2026-10-25T00:30:00Z"),
        ),
        (
            "2026-10-25T00:50:00Z",
            "2026-10-25T01:50:00Z",
            Some("2026-10-25T01:30:00Z"),
        ),
        ("2026-10-25T01:50:00Z", "2026-10-25T02:50:00Z", None),
        ("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", None),
        // The clock does not show 02:30 on the 29th: two weeks without.
        (
            "2026-03-22T01:50:00Z",
            "2026-04-06T00:00:00Z",
            Some("2026-04-05T00:30:00Z"),
        ),
    ] {
        let first = first_open(&mut twice, "hours", from, to);
        assert_eq!(first, expected.map(at), "{from} to {to}");
    }
}

/// A closed day, and the instants before and after: of a line that is open
/// but for that, nothing in between is.
#[test]
fn a_closed_day_ends_and_begins_at_local_midnight() {
    let hours = "monday = [\"08:30-12:30\"]";
    for (line, date, start, end) in [
        (
            "always",
            "2026-12-25",
            "2026-12-24T23:00:00Z",
            "2026-12-25T23:00:00Z",
        ),
        // 25 hours, and 23.
        (
            "always",
            "2026-10-25",
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
        ),
        (
            "always",
            "2026-03-29",
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
        ),
        (
            "overseas",
            "2026-12-25",
            "2026-12-25T04:00:00Z",
            "2026-12-26T04:00:00Z",
        ),
    ] {
        let closure = format!("[[closure]]\ndate = {date:?}");
        let mut calendar = calendar_of(hours, &closure);
        let instant = Span(1);
        let (start, end) = (at(start), at(end));
        let mut first = |from: Time, to: Time| {
            first_open(&mut calendar, line, &from.to_string(), &to.to_string())
        };
        assert_eq!(first(start - instant, end), Some(start - instant), "{date}");
        assert_eq!(first(start, start), None, "{date}, its first instant");
        assert_eq!(first(start, end), None, "{date}, all of it");
        assert_eq!(first(end - instant, end - instant), None, "{date}, its end");
        assert_eq!(first(start, end + instant), Some(end), "{date}, and after");
    }
}

#[test]
fn weekly_hours_are_kept_around_closed_days() {
    let closures = r#"
        [[closure]]
        from = "2026-11-23"
        to = "2026-11-29"
        [[closure]]
        name = "overlaps the one before"
        from = "2026-11-29"
        to = "2026-11-30"
        [[closure]]
        from = "2027-01-01"
        to = "2027-12-31"
    "#;
    let hours = "monday = [\"08:30-12:30\"]\nsunday = [\"20:00-24:00\"]";
    let mut calendar = calendar_of(hours, closures);
    // 2026-11-22 is a Sunday.
    for (from, to, expected) in [
        (
            "2026-11-22T22:59:59Z",
            "2026-11-23T08:00:00Z",
            Some("2026-11-22T22:59:59Z"),
        ),
        ("2026-11-22T23:00:00Z", "2026-11-23T08:00:00Z", None),
        // Closed for nine days and more.
        (
            "2026-11-22T23:00:00Z",
            "2026-12-07T00:00:00Z",
            Some("2026-12-06T19:00:00Z"),
        ),
        ("2026-11-22T23:00:00Z", "2026-12-06T19:00:00Z", None),
        // Closed for a year.
        (
            "2026-12-28T11:30:00Z",
            "2028-01-04T00:00:00Z",
            Some("2028-01-02T19:00:00Z"),
        ),
        ("2026-12-28T11:30:00Z", "2028-01-02T19:00:00Z", None),
    ] {
        let first = first_open(&mut calendar, "hours", from, to);
        assert_eq!(first, expected.map(at), "{from} to {to}");
    }
}

#[test]
fn hours_without_openings_are_never_open() {
    let mut calendar = calendar_of("", "");
    let (from, to) = ("0001-01-01T00:00:00Z", "2026-11-23T08:00:00Z");
    assert_eq!(first_open(&mut calendar, "hours", from, to), None);
}
