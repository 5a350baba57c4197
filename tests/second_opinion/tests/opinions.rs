//! The emulator, the Cedar engine and the plain model decide alike; each seeded mistake is found.
//!
//! How many decisions: `SECOND_OPINION_DECISIONS`, 10,000 unless it says otherwise; a hundred a world. Continuous
//! integration asks for 100,000, `./check.sh long` for ten million.

use adf_emulator_second_opinion::chance::Chance;
use adf_emulator_second_opinion::model::{Question, World};
use adf_emulator_second_opinion::plain::{Reading, allows};
use adf_emulator_second_opinion::{cedar, generate, subject};
use std::collections::BTreeMap;

const DECISIONS: usize = 10_000;
const DECISIONS_A_WORLD: usize = 100;
/// What one decision in this many is asked again for: whether something that was left out decided it.
const LOOKED_INTO: usize = 10;

/// What the decisions of some worlds came to.
#[derive(Default)]
struct Tally {
    decisions: usize,
    by_cedar: usize,
    allowed: usize,
    looked_into: usize,
    decisive: BTreeMap<&'static str, usize>,
}

fn left_out() -> [(&'static str, Reading); 4] {
    let right = Reading::default();
    [
        ("groups", Reading { without_groups: true, ..right }),
        ("notActions", Reading { without_not_actions: true, ..right }),
        ("denies", Reading { without_denies: true, ..right }),
        ("conditions", Reading { without_conditions: true, ..right }),
    ]
}

fn of_world(seed: u64, tally: &mut Tally) {
    let mut chance = Chance::of(seed);
    let world = generate::world(&mut chance);
    let subject = subject::of(&world, &mut chance);
    let translated = cedar::translate(&world);
    for number in 0..DECISIONS_A_WORLD {
        let question = generate::question(&mut chance, &world);
        let ours = subject.allows(&question);
        let plain = allows(&world, &question, Reading::default());
        let told = || format!("world {seed}, question {number}: {question:?}\n{world:?}");
        assert_eq!(ours, plain, "the emulator and the plain model differ: {}", told());
        if let Some(translated) = &translated {
            assert_eq!(ours, translated.allows(&question), "the emulator and Cedar differ: {}", told());
            tally.by_cedar += 1;
        }
        tally.decisions += 1;
        tally.allowed += usize::from(ours);
        if number % LOOKED_INTO == 0 {
            tally.looked_into += 1;
            for (what, reading) in left_out() {
                *tally.decisive.entry(what).or_default() += usize::from(allows(&world, &question, reading) != ours);
            }
        }
    }
}

#[test]
fn the_emulator_cedar_and_the_plain_model_decide_alike() {
    let decisions = std::env::var("SECOND_OPINION_DECISIONS").map_or(DECISIONS, |text| text.parse().unwrap());
    let worlds = decisions.div_ceil(DECISIONS_A_WORLD) as u64;
    let workers = std::thread::available_parallelism().map_or(1, |it| it.get() as u64);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let work = |worker: u64| {
            let mut tally = Tally::default();
            (worker..worlds).step_by(workers as usize).for_each(|seed| of_world(seed, &mut tally));
            tally
        };
        let each: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        each.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let total = |of: &dyn Fn(&Tally) -> usize| tallies.iter().map(of).sum::<usize>();
    let (all, by_cedar, allowed) = (total(&|it| it.decisions), total(&|it| it.by_cedar), total(&|it| it.allowed));
    let share = |count: usize, of: usize| count as f64 * 100.0 / of as f64;
    println!("{all} decisions over {worlds} worlds, {:.1} % by Cedar too, {:.1} % allowed", share(by_cedar, all), share(allowed, all));
    assert!((20.0..80.0).contains(&share(allowed, all)), "too one-sided to mean much");
    assert!(share(by_cedar, all) >= 70.0, "too few for Cedar");
    let looked_into = total(&|it| it.looked_into);
    for (what, _) in left_out() {
        let decisive = share(total(&|it| it.decisive.get(what).copied().unwrap_or_default()), looked_into);
        println!("{what} decided {decisive:.1} %");
        assert!(decisive >= 1.0, "{what} decide too little");
    }
}

/// How many decisions a mistake may hide.
const HIDES_AT_MOST: usize = 10_000;

/// Returns the first question that tells the reading from Cedar's, if there is one early enough.
fn first_difference(reading: Reading) -> Option<(World, Question)> {
    (0..(HIDES_AT_MOST / DECISIONS_A_WORLD) as u64).find_map(|seed| {
        let mut chance = Chance::of(seed);
        let world = generate::world(&mut chance);
        let translated = cedar::translate(&world)?;
        let questions: Vec<Question> = (0..DECISIONS_A_WORLD).map(|_| generate::question(&mut chance, &world)).collect();
        let different = questions.into_iter().find(|it| translated.allows(it) != allows(&world, it, reading))?;
        Some((world, different))
    })
}

#[test]
fn each_of_six_mistakes_is_found() {
    let right = Reading::default();
    assert!(first_difference(right).is_none());
    for (mistake, reading) in [
        ("rg1 holds rg10", Reading { scopes_by_text: true, ..right }),
        ("notActions deny", Reading { not_actions_deny: true, ..right }),
        ("exclusions are ignored", Reading { nobody_is_spared: true, ..right }),
        ("case counts", Reading { case_counts: true, ..right }),
        ("groups are not transitive", Reading { direct_members_only: true, ..right }),
        ("a star stops at a slash", Reading { star_stops_at_slash: true, ..right }),
    ] {
        assert!(first_difference(reading).is_some(), "{mistake}: not found within {HIDES_AT_MOST} decisions");
    }
}
