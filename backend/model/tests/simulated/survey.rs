//! The world of the Ombudsman's survey: what callers live, and what a telephone
//! platform shows of the same morning (`docs/callers.md`).

use std::sync::Arc;

use vigie_contract::scope::Scope;
use vigie_contract::view::View;
use vigie_model::{Directory, Input, Settings as FoldSettings};
use vigie_simulator::{Settings, Simulation};

use crate::seeds;
use crate::watched::Fold;

/// All that happened, as of the end.
fn folded(settings: Settings) -> View {
    let end = settings.end;
    let simulation = Simulation::new(settings);
    let toml = simulation.network().directory_toml();
    let directory = Directory::parse(&toml).unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut fold = Fold::new(Arc::new(directory), FoldSettings::offline());
    for (offset, delivery) in simulation.enumerate() {
        fold.apply(Input::Event {
            partition: 0,
            offset: offset as i64,
            arrived: None,
            event: &delivery.event,
        });
    }
    fold.apply(Input::End { partition: 0 });
    fold.apply(Input::Advance { to: end });
    fold.settle();
    fold.view(&Scope::All).expect("a view of all")
}

/// `VIGIE_SIMULATED_SEEDS` says of how many mornings.
#[test]
fn every_other_caller_is_reached_where_the_queue_answers_four_calls_of_five() {
    let mornings = seeds(1);
    let mut sums = [[0; 2]; 4];
    for seed in 1..=mornings {
        let view = folded(Settings {
            seed,
            ..Settings::surveyed()
        });
        let window = &view.windows["today"];
        let callers = view.callers.expect("all has callers");
        let counts = &window.counts;
        let turned_away = counts.deflected_asked + counts.deflected_saturated;
        let of_morning = [
            callers.lived.expect("callers").of,
            window.rates.pick_up_queue.expect("calls").of,
            callers.attempts_per_episode.expect("callers").of,
            [turned_away, counts.asked + counts.deflected_saturated],
        ];
        for (sum, more) in sums.iter_mut().zip(of_morning) {
            *sum = [sum[0] + more[0], sum[1] + more[1]];
        }
    }
    let [lived, queue, attempts, turned_away] = sums.map(|[some, all]| some as f64 / all as f64);
    assert!(sums[0][1] > 5_000 * mornings as i64, "{sums:?}");
    assert!((0.44..=0.48).contains(&lived), "{lived}: {sums:?}");
    assert!((0.80..=0.85).contains(&queue), "{queue}: {sums:?}");
    // Those whom the rate of the queue does not see were turned away, and called again.
    assert!((0.35..0.5).contains(&turned_away), "{turned_away}");
    assert!(attempts > 1.2, "{attempts}");
}
