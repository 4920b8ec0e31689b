//! What the words of a provider do to accounts and roles.

use querschnitt_domain::account::{LockAccount, Right};
use querschnitt_domain::{OrganisationId, Role};
use querschnitt_identity::ClaimedRole;
use querschnitt_store::{Log as _, ManualClock, SystemClock};

use super::*;
use crate::config::Settings;
use crate::office::Office;

const ISSUER: &str = "https://sso.example";

struct House {
    office: Office,
    clock: Arc<ManualClock>,
    people: People,
    _folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let office = Office::open(&settings).await.unwrap();
        let runner = office.run_projections();
        while runner.status() != Status::Following {
            tokio::task::yield_now().await;
        }
        // People start an hour ago: what they hear now is news.
        let clock = Arc::new(ManualClock::at(
            SystemClock.now() - time::Duration::hours(1),
        ));
        let people = people(&office, &clock);
        clock.advance(Duration::from_secs(3_600));
        Self {
            office,
            clock,
            people,
            _folder: folder,
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }

    /// Somebody as the provider describes them some seconds from now.
    fn who(&self, roles: &[Role], seconds: i64) -> ProviderIdentity {
        let role = |role: &Role| ClaimedRole {
            role: *role,
            centre: centre(),
            organisation: None,
        };
        ProviderIdentity {
            issuer: ISSUER.into(),
            subject: "ayse".into(),
            name: Some("Ayşe Öztürk".into()),
            roles: roles.iter().map(role).collect(),
            issued_at: self.now() + seconds,
        }
    }

    async fn sign_in(&self, roles: &[Role], seconds: i64) -> Result<Vec<Role>, Refused> {
        let account = self.people.signed_in(&self.who(roles, seconds)).await?;
        assert_eq!(account, ayse());
        Ok(self.roles())
    }

    async fn bearer(&self, roles: &[Role], seconds: i64) -> Result<Vec<Role>, Refused> {
        let (account, acting) = self.people.bearer(&self.who(roles, seconds)).await?;
        assert_eq!(account, ayse());
        Ok(acting.iter().map(|acting| acting.role).collect())
    }

    /// What stands in the book.
    fn roles(&self) -> Vec<Role> {
        let acting = self.people.acting(ayse());
        acting.iter().map(|acting| acting.role).collect()
    }

    fn head(&self) -> u64 {
        self.office.log().head()
    }

    async fn execute<D: Decision + Sync>(&self, decision: &D)
    where
        D::Facts: Send,
    {
        installation::execute(&self.office, centre(), decision)
            .await
            .unwrap();
    }

    async fn revoke_here(&self, role: Role) {
        let given = self.people.given(ayse());
        let grant = given.iter().find(|given| given.role.role == role).unwrap();
        self.execute(&RevokeRole {
            authority: Authority::CommandLine,
            account: ayse(),
            grant: grant.grant,
            reason: None,
        })
        .await;
    }
}

fn here(role: Role) -> GrantRole {
    GrantRole {
        authority: Authority::CommandLine,
        account: ayse(),
        right: Right::of(role),
        valid_from: None,
        valid_to: None,
    }
}

fn people(office: &Office, clock: &Arc<ManualClock>) -> People {
    let clock = Arc::clone(clock) as _;
    People::new(office.executor().clone(), office.run_projections(), clock)
}

fn centre() -> CentreKey {
    "05711".parse().unwrap()
}

fn ayse() -> ActorId {
    account(ISSUER, "ayse")
}

use Role::{Administration, KiHead, KiOfficer};

#[tokio::test]
async fn the_first_sign_in_makes_the_account_and_the_next_change_what_the_claims_change() {
    let house = House::new().await;
    assert_eq!(house.sign_in(&[KiOfficer], 0).await, Ok(vec![KiOfficer]));
    assert_eq!(house.people.name(ayse()).unwrap().as_str(), "Ayşe Öztürk");
    let head = house.head();
    assert_eq!(house.sign_in(&[KiOfficer], 1).await, Ok(vec![KiOfficer]));
    assert_eq!(house.head(), head, "nothing to say");
    assert_eq!(
        house.sign_in(&[KiOfficer, KiHead], 2).await,
        Ok(vec![KiOfficer, KiHead])
    );
    assert_eq!(house.sign_in(&[KiHead], 3).await, Ok(vec![KiHead]));
    assert_eq!(house.sign_in(&[], 4).await, Err(Refused::NoRole));
    assert_eq!(house.roles(), []);
    assert_eq!(house.sign_in(&[KiOfficer], 5).await, Ok(vec![KiOfficer]));
    let married = ProviderIdentity {
        name: Some(" Ayşe Neumann ".into()),
        ..house.who(&[KiOfficer], 6)
    };
    house.people.signed_in(&married).await.unwrap();
    assert_eq!(house.people.name(ayse()).unwrap().as_str(), "Ayşe Neumann");
    let head = house.head();
    let nameless = ProviderIdentity {
        name: None,
        ..house.who(&[KiOfficer], 7)
    };
    house.people.signed_in(&nameless).await.unwrap();
    assert_eq!(house.head(), head, "no name is no new name");
}

#[tokio::test]
async fn who_has_no_role_leaves_no_trace_and_who_is_locked_stays_out() {
    let house = House::new().await;
    let head = house.head();
    assert_eq!(house.sign_in(&[], 0).await, Err(Refused::NoRole));
    assert_eq!(house.bearer(&[], 0).await, Err(Refused::NoRole));
    assert_eq!(house.head(), head);
    house.sign_in(&[KiOfficer], 1).await.unwrap();
    let lock = LockAccount {
        authority: Authority::CommandLine,
        account: ayse(),
        reason: Text::line("Ausgeschieden", Text::NOTE).unwrap(),
    };
    house.execute(&lock).await;
    let head = house.head();
    assert_eq!(house.sign_in(&[KiHead], 2).await, Err(Refused::Locked));
    assert_eq!(house.bearer(&[KiHead], 3).await, Err(Refused::Locked));
    assert_eq!(house.head(), head);
}

#[tokio::test]
async fn an_older_word_neither_widens_nor_takes_away() {
    let house = House::new().await;
    house.sign_in(&[KiOfficer, KiHead], 0).await.unwrap();
    house.sign_in(&[KiOfficer], 20).await.unwrap();
    let head = house.head();
    // The role of the head was withdrawn at 20; this token is from before.
    assert_eq!(
        house.bearer(&[KiOfficer, KiHead], 10).await,
        Ok(vec![KiOfficer])
    );
    assert_eq!(house.bearer(&[KiHead], 10).await, Err(Refused::NoRole));
    assert_eq!(house.bearer(&[], 10).await, Err(Refused::NoRole));
    assert_eq!(house.sign_in(&[KiHead], 10).await, Ok(vec![KiOfficer]));
    assert_eq!(house.head(), head);
    assert_eq!(house.roles(), [KiOfficer]);
    // The same when the newest word changed nothing.
    house.sign_in(&[KiOfficer], 40).await.unwrap();
    assert_eq!(
        house.bearer(&[KiOfficer, KiHead], 30).await,
        Ok(vec![KiOfficer])
    );
    assert_eq!(house.head(), head);
}

#[tokio::test]
async fn a_newer_token_gives_roles_and_never_takes_one_away() {
    let house = House::new().await;
    assert_eq!(house.bearer(&[KiOfficer], 0).await, Ok(vec![KiOfficer]));
    assert_eq!(
        house.bearer(&[KiOfficer, KiHead], 1).await,
        Ok(vec![KiOfficer, KiHead])
    );
    // Narrowed down for another program: it acts in less, the person keeps all.
    assert_eq!(house.bearer(&[KiHead], 2).await, Ok(vec![KiHead]));
    assert_eq!(house.bearer(&[], 3).await, Err(Refused::NoRole));
    assert_eq!(house.roles(), [KiOfficer, KiHead]);
}

#[tokio::test]
async fn what_was_taken_away_here_comes_back_only_when_it_is_given_here() {
    let house = House::new().await;
    house.sign_in(&[KiOfficer, KiHead], 0).await.unwrap();
    house.revoke_here(KiHead).await;
    let head = house.head();
    let both = [KiOfficer, KiHead];
    // Neither by a token nor by a sign-in, however new; also after a restart.
    assert_eq!(house.bearer(&both, 600).await, Ok(vec![KiOfficer]));
    assert_eq!(house.bearer(&[KiHead], 601).await, Err(Refused::NoRole));
    assert_eq!(house.sign_in(&both, 602).await, Ok(vec![KiOfficer]));
    let house = House {
        people: people(&house.office, &house.clock),
        ..house
    };
    assert_eq!(house.sign_in(&both, 603).await, Ok(vec![KiOfficer]));
    // Also when the provider has not named it in between, which leaves no trace.
    assert_eq!(house.sign_in(&[KiOfficer], 604).await, Ok(vec![KiOfficer]));
    assert_eq!(house.sign_in(&both, 605).await, Ok(vec![KiOfficer]));
    assert_eq!(house.head(), head);
    house.execute(&here(KiHead)).await;
    assert_eq!(house.bearer(&both, 606).await, Ok(both.to_vec()));
    // Given here, it is not the provider's to take.
    assert_eq!(house.sign_in(&[KiOfficer], 607).await, Ok(both.to_vec()));
}

/// What the provider took away it gives again.
#[tokio::test]
async fn what_the_provider_took_away_it_gives_again() {
    let house = House::new().await;
    for (roles, seconds) in [
        (&[KiOfficer, KiHead][..], 0),
        (&[KiOfficer], 1),
        (&[KiOfficer, KiHead], 2),
    ] {
        assert_eq!(house.sign_in(roles, seconds).await, Ok(roles.to_vec()));
    }
}

/// Nothing is kept of somebody who can do nothing here.
#[tokio::test]
async fn nobody_is_registered_without_a_role() {
    let house = House::new().await;
    let head = house.head();
    let partner = ClaimedRole {
        role: Role::PartnerOffice,
        centre: centre(),
        organisation: Some(OrganisationId(Uuid::from_u128(7))),
    };
    let who = ProviderIdentity {
        roles: vec![partner],
        ..house.who(&[], 0)
    };
    assert_eq!(house.people.signed_in(&who).await, Err(Refused::NoRole));
    assert_eq!(house.people.bearer(&who).await, Err(Refused::NoRole));
    assert_eq!(house.head(), head);
}

#[tokio::test]
async fn after_a_restart_tokens_from_before_give_nothing_new() {
    let house = House::new().await;
    house.sign_in(&[KiOfficer], 0).await.unwrap();
    let restarted = House {
        people: people(&house.office, &house.clock),
        ..house
    };
    let head = restarted.head();
    for seconds in [-100, 0, 60] {
        let roles = restarted.bearer(&[KiOfficer, KiHead], seconds).await;
        assert_eq!(roles, Ok(vec![KiOfficer]), "{seconds}");
    }
    assert_eq!(restarted.head(), head);
    assert_eq!(
        restarted.bearer(&[KiOfficer, KiHead], 61).await,
        Ok(vec![KiOfficer, KiHead])
    );
}

#[tokio::test]
async fn roles_given_here_are_not_the_providers_to_take() {
    let house = House::new().await;
    house.sign_in(&[KiOfficer], 0).await.unwrap();
    house.execute(&here(Administration)).await;
    assert_eq!(
        house.bearer(&[KiOfficer], 1).await,
        Ok(vec![KiOfficer]),
        "a token acts in what it names"
    );
    let head = house.head();
    let both = [KiOfficer, Administration];
    assert_eq!(house.sign_in(&both, 2).await, Ok(both.to_vec()));
    assert_eq!(house.head(), head, "it is there already");
    assert_eq!(house.sign_in(&[], 3).await, Ok(vec![Administration]));
}

#[tokio::test]
async fn a_role_that_cannot_be_given_leaves_the_others_alone() {
    let house = House::new().await;
    let mut who = house.who(&[KiOfficer], 0);
    who.roles.push(ClaimedRole {
        role: Role::PartnerOffice,
        centre: centre(),
        organisation: Some(OrganisationId(Uuid::from_u128(7))),
    });
    assert_eq!(house.people.signed_in(&who).await, Ok(ayse()));
    assert_eq!(house.roles(), [KiOfficer]);
}

#[tokio::test]
async fn many_words_at_once_about_one_person_come_to_the_same() {
    let house = Arc::new(House::new().await);
    let words = (0..16).map(|_| {
        let house = Arc::clone(&house);
        tokio::spawn(async move { house.bearer(&[KiOfficer, KiHead], 0).await })
    });
    for word in words.collect::<Vec<_>>() {
        assert_eq!(word.await.unwrap(), Ok(vec![KiOfficer, KiHead]));
    }
    // Registered, and two roles.
    assert_eq!(house.head(), 3);
}
