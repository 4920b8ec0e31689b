//! Who can work on records of a centre: an account that can act there today, in a role that may.

use super::state::{Account, Accounts};
use crate::context::Context;
use crate::id::ActorId;
use crate::may;
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;

impl Accounts {
    /// [`Accounts::require_acting`] reads the histories of the account and of everybody it represents.
    pub(crate) fn or_items(query: Query, accounts: impl IntoIterator<Item = ActorId>) -> Query {
        let items = accounts.into_iter().map(Self::item);
        items.fold(query, |query, item: QueryItem| query.or(item))
    }

    /// The account must be able to act in the actor's centre today in one of these roles: by a role of its own,
    /// by one of somebody it represents, or, a machine, by a token of the command line (others end with the right of
    /// whoever issued them, which is not read here). Whatever is missing, the answer is the same:
    /// whoever names somebody need not be one who reads accounts.
    ///
    /// # Errors
    /// [`RejectionCode::UnknownId`].
    pub(crate) fn require_acting(
        &self,
        field: &str,
        id: ActorId,
        roles: &[Role],
        context: &Context,
    ) -> Result<(), Rejection> {
        let account = self.get(id).filter(|account| !account.locked);
        if account.is_some_and(|account| self.acts(account, roles, context)) {
            return Ok(());
        }
        let labels: Vec<&str> = roles.iter().map(|role| may::label(*role)).collect();
        Err(Rejection::field(
            RejectionCode::UnknownId,
            field,
            format!(
                "Unter dieser Kennung gibt es in Ihrem Zentrum kein Konto, das heute daran arbeiten kann; es muss eine dieser Rollen haben, selbst oder in Vertretung, und darf nicht gesperrt sein: {}. Nennen Sie ein anderes.",
                labels.join(", ")
            ),
        ))
    }

    fn acts(&self, account: &Account, roles: &[Role], context: &Context) -> bool {
        let today = context.today;
        let own = account
            .grants
            .values()
            .any(|grant| grant.gives(roles, context));
        let of_others = account.deputies.values().any(|deputy| {
            let holds = !deputy.ended && deputy.valid_from <= today && today < deputy.valid_to;
            let represented = self.get(deputy.represents);
            let grant = represented.and_then(|account| account.grants.get(&deputy.grant));
            holds && grant.is_some_and(|grant| grant.gives(roles, context))
        });
        let by_token = account.tokens.values().any(|token| {
            token.in_nobodys_right
                && token.centre == context.centre
                && roles.contains(&token.right.role)
                && !token.revoked
                && context.now < token.expires_at
        });
        own || of_others || by_token
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::account::AccountEvent;
    use crate::account::samples::{
        MACHINE, OTHER, OWN, PERSON, appointed, granted, issued, locked, registered,
        registered_elsewhere, revoked,
    };
    use crate::event::Event;
    use crate::event_data::EventData;
    use crate::testing::{Moved as _, context, other_centre};

    fn asked(id: ActorId, history: &[Event]) -> Result<(), Rejection> {
        let mut accounts = Accounts::default();
        for event in history {
            accounts.evolve(event);
        }
        let context = context(Role::KiHead);
        accounts.require_acting("reviewer", id, &[Role::KiOfficer], &context)
    }

    #[test]
    fn who_has_the_role_today_can_act() {
        let officer = [registered(PERSON), granted(PERSON, Role::KiOfficer)];
        assert_eq!(asked(PERSON, &officer), Ok(()));
        let machine = [registered(MACHINE), issued(Role::KiOfficer)];
        assert_eq!(asked(MACHINE, &machine), Ok(()));
        // Given a role here by the installation.
        let guest = [
            registered_elsewhere(PERSON),
            granted(PERSON, Role::KiOfficer),
        ];
        assert_eq!(asked(PERSON, &guest), Ok(()));
        let mut deputy = officer.to_vec();
        deputy.push(registered(OTHER));
        deputy.push(appointed(date!(2026 - 11 - 20), date!(2026 - 11 - 21)));
        assert_eq!(asked(OTHER, &deputy), Ok(()));
    }

    #[test]
    fn whoever_has_it_not_or_not_today_or_elsewhere_cannot() {
        let nobody = asked(PERSON, &[]);
        let mut of_office = issued(Role::KiOfficer);
        if let EventData::Account(AccountEvent::TokenIssued(token)) = &mut of_office.data {
            token.issuer = Some(OWN);
        }
        assert_eq!(asked(MACHINE, &[registered(MACHINE), of_office]), nobody);
        assert_eq!(nobody.clone().unwrap_err().code, RejectionCode::UnknownId);
        let person = registered(PERSON);
        let officer = granted(PERSON, Role::KiOfficer);
        for history in [
            vec![person.clone()],
            vec![
                person.clone(),
                granted(PERSON, Role::KiOfficer).in_centre(other_centre()),
            ],
            vec![person.clone(), granted(PERSON, Role::Administration)],
            vec![person.clone(), officer.clone(), revoked(PERSON)],
            vec![person.clone(), officer.clone(), locked(PERSON)],
        ] {
            assert_eq!(asked(PERSON, &history), nobody, "{history:?}");
        }
        let represents = |history: &[Event], from, to| {
            let mut history = history.to_vec();
            history.extend([registered(OTHER), appointed(from, to)]);
            asked(OTHER, &history)
        };
        let (today, tomorrow) = (date!(2026 - 11 - 20), date!(2026 - 11 - 21));
        let whole = [person.clone(), officer.clone()];
        let over = represents(&whole, date!(2026 - 11 - 01), today);
        let early = represents(&whole, tomorrow, date!(2026 - 12 - 01));
        let without = represents(&[person, officer, revoked(PERSON)], today, tomorrow);
        // Whom it represents was not read.
        let unread = represents(&[], today, tomorrow);
        for refused in [over, early, without, unread] {
            assert_eq!(refused, nobody);
        }
    }
}
