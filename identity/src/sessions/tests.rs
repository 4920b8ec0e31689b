//! When sessions end, for whom, and what they are known by.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn account(n: u128) -> ActorId {
    ActorId(Uuid::from_u128(n))
}

fn sessions() -> (Sessions, Instant) {
    (Sessions::new(Times::default()), Instant::now())
}

#[test]
fn a_session_ends_when_it_is_not_used_for_half_an_hour() {
    let (sessions, begun) = sessions();
    let id = sessions
        .begin(account(1), Stage::Full, Basis::default(), None, begun)
        .unwrap();
    let mut now = begun;
    for _ in 0..3 {
        now += 29 * MINUTE;
        let session = sessions.use_now(&id, now).unwrap();
        assert_eq!(session.left, 30 * MINUTE);
    }
    assert!(sessions.use_now(&id, now + 30 * MINUTE).is_none());
    assert!(
        sessions.use_now(&id, now).is_none(),
        "it has ended for good"
    );
}

#[test]
fn looking_is_not_using() {
    let (sessions, begun) = sessions();
    let id = sessions
        .begin(account(1), Stage::Full, Basis::default(), None, begun)
        .unwrap();
    assert_eq!(
        sessions.peek(&id, begun + 29 * MINUTE).unwrap().left,
        MINUTE
    );
    assert!(sessions.peek(&id, begun + 30 * MINUTE).is_none());
}

#[test]
fn a_session_ends_after_ten_hours_however_much_it_is_used() {
    let (sessions, begun) = sessions();
    let id = sessions
        .begin(account(1), Stage::Full, Basis::default(), None, begun)
        .unwrap();
    for minutes in 1..600 {
        assert!(
            sessions.use_now(&id, begun + minutes * MINUTE).is_some(),
            "{minutes}"
        );
    }
    assert!(sessions.use_now(&id, begun + 600 * MINUTE).is_none());
}

#[test]
fn an_unfinished_sign_in_has_ten_minutes() {
    let (sessions, begun) = sessions();
    for stage in [Stage::SecondFactor, Stage::NewPassword] {
        let id = sessions
            .begin(account(1), stage, Basis::default(), None, begun)
            .unwrap();
        assert_eq!(
            sessions.use_now(&id, begun + 9 * MINUTE).unwrap().stage,
            stage
        );
        assert!(sessions.use_now(&id, begun + 10 * MINUTE).is_none());
    }
}

#[test]
fn each_sign_in_has_an_id_of_its_own_and_ends_the_one_before() {
    let (sessions, now) = sessions();
    let planted = "planted-by-somebody-else";
    let first = sessions
        .begin(
            account(1),
            Stage::SecondFactor,
            Basis::default(),
            Some(planted),
            now,
        )
        .unwrap();
    assert!(sessions.use_now(planted, now).is_none());
    let second = sessions
        .begin(account(1), Stage::Full, Basis::default(), Some(&first), now)
        .unwrap();
    assert!(*first != *second && sessions.use_now(&first, now).is_none());
    assert!(sessions.use_now(&second, now).is_some());
}

#[test]
fn what_is_kept_does_not_open_a_session() {
    let (sessions, now) = sessions();
    let id = sessions
        .begin(account(1), Stage::Full, Basis::default(), None, now)
        .unwrap();
    assert_eq!(id.len(), 43);
    let kept = format!("{:?}", sessions.tables.lock().unwrap());
    assert!(!kept.contains(&*id));
    assert!(sessions.use_now(&kept, now).is_none());
    for other in ["", &id[..42], &format!("{}x", &*id)] {
        assert!(sessions.use_now(other, now).is_none());
    }
}

#[test]
fn the_csrf_token_belongs_to_one_session() {
    let (sessions, now) = sessions();
    let [one, two] = [1, 2].map(|n| {
        let id = sessions
            .begin(account(n), Stage::Full, Basis::default(), None, now)
            .unwrap();
        sessions.use_now(&id, now).unwrap()
    });
    assert!(one.csrf_is(one.csrf()) && two.csrf_is(two.csrf()));
    assert!(!one.csrf_is(two.csrf()) && !one.csrf_is("") && !one.csrf_is(&one.csrf()[..42]));
}

#[test]
fn sessions_of_an_account_end_together() {
    let (sessions, now) = sessions();
    let begin = |n| {
        sessions
            .begin(account(n), Stage::Full, Basis::default(), None, now)
            .unwrap()
    };
    let (mine, second, third, other) = (begin(1), begin(1), begin(1), begin(2));
    assert_eq!(sessions.others(account(1), &mine, now), 2);
    sessions.end_others(account(1), &mine);
    assert!(sessions.use_now(&mine, now).is_some());
    assert!(sessions.use_now(&second, now).is_none() && sessions.use_now(&third, now).is_none());
    sessions.end_all(account(1));
    assert!(sessions.use_now(&mine, now).is_none());
    assert!(sessions.use_now(&other, now).is_some());
    sessions.end(&other);
    assert_eq!(sessions.tables.lock().unwrap().full.len(), (0, 0));
}

#[test]
fn the_chosen_role_is_remembered() {
    let (sessions, now) = sessions();
    let id = sessions
        .begin(account(1), Stage::Full, Basis::default(), None, now)
        .unwrap();
    assert_eq!(sessions.use_now(&id, now).unwrap().grant, None);
    sessions.choose(&id, Uuid::from_u128(7));
    assert_eq!(
        sessions.use_now(&id, now).unwrap().grant,
        Some(Uuid::from_u128(7))
    );
}

#[test]
fn of_too_many_the_one_least_used_goes() {
    let (sessions, begun) = sessions();
    let ids: Vec<_> = (0..FULL.most_of_one)
        .map(|_| {
            sessions
                .begin(account(1), Stage::Full, Basis::default(), None, begun)
                .unwrap()
        })
        .collect();
    for id in &ids[1..] {
        assert!(sessions.use_now(id, begun + MINUTE).is_some());
    }
    sessions
        .begin(
            account(1),
            Stage::Full,
            Basis::default(),
            None,
            begun + MINUTE,
        )
        .unwrap();
    assert!(sessions.use_now(&ids[0], begun + MINUTE).is_none());
    assert!(sessions.use_now(&ids[1], begun + MINUTE).is_some());
}

#[test]
fn there_are_never_more_than_the_most() {
    let (sessions, begun) = sessions();
    for n in 0..FULL.most + 10 {
        sessions
            .begin(
                account(n as u128),
                Stage::Full,
                Basis::default(),
                None,
                begun,
            )
            .unwrap();
    }
    assert_eq!(
        sessions.tables.lock().unwrap().full.len(),
        (FULL.most, FULL.most)
    );
    let later = begun + 40 * MINUTE;
    let id = sessions
        .begin(account(0), Stage::Full, Basis::default(), None, later)
        .unwrap();
    assert_eq!(
        sessions.tables.lock().unwrap().full.len(),
        (1, 1),
        "what is over goes first"
    );
    assert!(sessions.use_now(&id, later).is_some());
}

#[test]
fn sign_ins_that_are_not_done_push_out_nobody_who_is_signed_in() {
    let (sessions, begun) = sessions();
    let now = begun + MINUTE;
    let erika = sessions
        .begin(account(1), Stage::Full, Basis::default(), None, begun)
        .unwrap();
    let others = sessions
        .begin(
            account(2),
            Stage::SecondFactor,
            Basis::default(),
            None,
            begun,
        )
        .unwrap();
    for stage in [Stage::SecondFactor, Stage::NewPassword] {
        for _ in 0..100 {
            sessions
                .begin(account(1), stage, Basis::default(), None, now)
                .unwrap();
        }
    }
    assert!(sessions.use_now(&erika, now).is_some());
    assert!(sessions.use_now(&others, now).is_some());
    assert_eq!(sessions.others(account(1), &erika, now), 0);
    for n in 3..UNFINISHED.most as u128 + 100 {
        sessions
            .begin(account(n), Stage::SecondFactor, Basis::default(), None, now)
            .unwrap();
    }
    let unfinished = sessions.tables.lock().unwrap().unfinished.len();
    assert_eq!(unfinished, (UNFINISHED.most, UNFINISHED.most));
    assert!(sessions.use_now(&erika, now).is_some());
    // What ends an account's sessions ends these too.
    let half = sessions
        .begin(account(1), Stage::SecondFactor, Basis::default(), None, now)
        .unwrap();
    sessions.end_others(account(1), &erika);
    assert!(sessions.use_now(&half, now).is_none());
}

#[test]
fn a_session_remembers_what_opened_it() {
    let (sessions, now) = sessions();
    let here = Basis {
        stamp: Some(Stamp::of("$argon2id$1")),
        last_lock: Some(7),
    };
    for basis in [here, Basis::default()] {
        let begun = sessions.begin(account(1), Stage::Full, basis, None, now);
        let session = sessions.peek(&begun.unwrap(), now).unwrap();
        assert_eq!(session.basis, basis);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Begin(u128),
    Use(usize),
    End(usize),
    EndAll(u128),
    EndOthers(usize),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0_u128..3).prop_map(Step::Begin),
        any::<usize>().prop_map(Step::Use),
        any::<usize>().prop_map(Step::End),
        (0_u128..3).prop_map(Step::EndAll),
        any::<usize>().prop_map(Step::EndOthers),
        (0_u64..2_400).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 0..120)
}

proptest! {
    /// Against a slow and simple list: whatever happens, exactly those are there that should be.
    #[test]
    fn sessions_are_there_as_long_as_they_should(steps in steps()) {
        let (sessions, begun) = sessions();
        let mut now = begun;
        let mut all: Vec<SessionId> = Vec::new();
        let mut model: HashMap<String, (u128, Instant, Instant)> = HashMap::new();
        let alive = |(_, begun, used): &(u128, Instant, Instant), now: Instant| {
            now < *begun + 600 * MINUTE && now < *used + 30 * MINUTE
        };
        for step in steps {
            let pick = |n: usize| (!all.is_empty()).then(|| all[n % all.len()].clone());
            match step {
                Step::Begin(n) => {
                    let id = sessions.begin(account(n), Stage::Full, Basis::default(), None, now).unwrap();
                    model.insert(id.to_string(), (n, now, now));
                    all.push(id);
                }
                Step::Use(n) => if let Some(id) = pick(n) {
                    let expected = model.get(&*id).is_some_and(|kept| alive(kept, now));
                    prop_assert_eq!(sessions.use_now(&id, now).is_some(), expected);
                    match expected {
                        true => { model.get_mut(&*id).unwrap().2 = now; }
                        false => { model.remove(&*id); }
                    }
                },
                Step::End(n) => if let Some(id) = pick(n) {
                    sessions.end(&id);
                    model.remove(&*id);
                },
                Step::EndAll(n) => {
                    sessions.end_all(account(n));
                    model.retain(|_, (of, _, _)| *of != n);
                }
                Step::EndOthers(n) => if let Some(id) = pick(n)
                    && let Some((of, _, _)) = model.get(&*id).copied() {
                    sessions.end_others(account(of), &id);
                    model.retain(|other, (owner, _, _)| *owner != of || *other == *id);
                },
                Step::Wait(seconds) => now += Duration::from_secs(seconds),
            }
            let mut counts = [0; 3];
            for (n, _, _) in model.values() {
                counts[usize::try_from(*n).unwrap()] += 1;
            }
            prop_assume!(counts.iter().all(|count| *count < FULL.most_of_one));
        }
        for id in &all {
            let expected = model.get(&**id).is_some_and(|kept| alive(kept, now));
            prop_assert_eq!(sessions.peek(id, now).is_some(), expected);
        }
    }
}
