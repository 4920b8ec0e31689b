//! Which break-glass opens something now.

use querschnitt_domain::{ActorId, CentreKey, Role};
use time::OffsetDateTime;

use super::{AccessFacts, GlassRow, GrantRow};
use crate::known::Known;

impl AccessFacts {
    /// Break-glass of an account that opens a centre now: the use that lasts longest.
    #[must_use]
    pub fn glass(
        &self,
        account: ActorId,
        centre: CentreKey,
        now: OffsetDateTime,
    ) -> Option<&GlassRow> {
        self.glasses
            .all()
            .filter(|glass| glass.account == account && glass.centre == centre)
            .filter(|glass| self.opens(glass, now))
            .max_by_key(|glass| glass.until)
    }

    /// Whether this use of break-glass opens something now. One from before the account was locked or lost the role of
    /// the head stays closed, also where it has got it back.
    #[must_use]
    pub fn opens(&self, glass: &GlassRow, now: OffsetDateTime) -> bool {
        glass.known.is_current() && now < glass.until && !self.has_lost_it_since(glass)
    }

    /// Whether the account was locked since, or a role of the head in that centre was taken from it, be it its own or
    /// one it represented. A role that ended by its last day is not looked at: it was never taken away.
    fn has_lost_it_since(&self, glass: &GlassRow) -> bool {
        let is_head =
            |grant: &GrantRow| grant.centre == glass.centre && grant.right.role == Role::KiHead;
        let ended = |known: Known| known.until().is_some_and(|until| until > glass.recorded);
        let mut own = self.grants_ever(glass.account);
        let mut of_others = self.deputies_ever(glass.account).filter_map(|deputy| {
            let grant = self.grants.newest(deputy.grant)?;
            is_head(grant).then_some([deputy.known, grant.known])
        });
        let locked = self.last_lock(glass.account);
        locked.is_some_and(|lock| lock > glass.recorded)
            || own.any(|grant| is_head(grant) && ended(grant.known))
            || of_others.any(|known| known.into_iter().any(ended))
    }
}
