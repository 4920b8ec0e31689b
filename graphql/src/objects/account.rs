//! Accounts, their roles, deputies and tokens. Of a viewer's own centre only: what an account may do
//! elsewhere does not exist here.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::account::Right;
use querschnitt_domain::{ActorId, CentreKey, Commitment, RecordId, RecordKind};
use querschnitt_policy::{Action, Cell, Relation, Relations};
use querschnitt_projections::facts::{AccountRow, DeputyRow, GrantRow, TokenRow};
use querschnitt_store::berlin_date;

use super::access_enums::{AccountKind, AccountOrigin, Role, TokenScope, TokenState};
use super::{Centre, NOW, Network, Organisation, account as account_id};
use crate::access_log::seen;
use crate::command::Load;
use crate::scalars::{Date, DateTime};
use crate::services::{services, text_in, viewer};

/// Konto of a person or a machine.
#[derive(Clone)]
pub(crate) struct Account {
    row: AccountRow,
    centre: CentreKey,
}

impl Load for Account {
    const KIND: RecordKind = RecordKind::Account;

    fn load(context: &Context<'_>, record: RecordId, _at: u64) -> Result<Option<Self>, Error> {
        match ActorId::try_from(record) {
            Ok(account) => Self::find(context, account),
            Err(_) => Ok(None),
        }
    }
}

impl Account {
    /// The account, if it is of the viewer's centre and the viewer may know of accounts.
    pub(crate) fn find(context: &Context<'_>, account: ActorId) -> Result<Option<Self>, Error> {
        if !knows_accounts(context)? {
            return Ok(None);
        }
        let centre = viewer(context)?.centre();
        let state = services(context)?.runner.read();
        let access = state.facts().access();
        let row = access
            .account(account)
            .filter(|row| access.is_of(row, centre));
        if row.is_some() {
            seen(context, account.record(), Cell::Grants);
        }
        Ok(row.map(|row| Self::of(row, centre)))
    }

    /// What the viewer's centre sees of an account of its own.
    pub(crate) fn of(row: &AccountRow, centre: CentreKey) -> Self {
        Self {
            row: row.clone(),
            centre,
        }
    }

    /// The name, for those who may read it.
    pub(crate) fn name_of(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.sealed(context, Some(self.row.name))
    }

    fn sealed(
        &self,
        context: &Context<'_>,
        text: Option<Commitment>,
    ) -> Result<Option<String>, Error> {
        let subject = (self.row.id.record(), self.centre);
        text_in(context, Cell::Grants, subject, text.as_ref())
    }
}

/// Whether the viewer may know which accounts there are. Whoever runs the installation does, to lock
/// them, and reads no names.
pub(crate) fn knows_accounts(context: &Context<'_>) -> Result<bool, Error> {
    let (services, viewer) = (services(context)?, viewer(context)?);
    let relations = Relations::of([Relation::Centre, Relation::Technical]);
    Ok(services
        .rights
        .permits(&viewer, Cell::Grants, Action::Read, relations))
}

/// Konto of a person or a machine.
#[Object]
impl Account {
    /// The id: what events name as `actor` and reviews as `reviewer`.
    pub(crate) async fn id(&self) -> ID {
        account_id(self.row.id)
    }

    /// The centre that keeps it.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// Whose it is.
    async fn kind(&self) -> AccountKind {
        self.row.kind.into()
    }

    /// Who keeps it.
    async fn origin(&self) -> AccountOrigin {
        self.row.origin.into()
    }

    /// Name of the person or machine; null for those who may not read it, or when it was erased.
    async fn name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.name_of(context)
    }

    /// Anmeldename, for the centre that keeps the account.
    async fn login(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let kept_here = self.row.centre == self.centre;
        self.sealed(context, self.row.login.filter(|_| kept_here))
    }

    /// Gesperrt: it can do nothing.
    async fn locked(&self) -> bool {
        self.row.locked
    }

    /// Rollen in the viewer's centre, the first one first; also those that are over or were taken away.
    async fn grants(&self, context: &Context<'_>) -> Result<Vec<Grant>, Error> {
        let state = services(context)?.runner.read();
        let rows = state.facts().access().grants_ever(self.row.id);
        Ok(rows
            .filter(|row| row.centre == self.centre)
            .map(|row| Grant(row.clone()))
            .collect())
    }

    /// Vertretungen of others in the viewer's centre; also those that are over.
    async fn deputies(&self, context: &Context<'_>) -> Result<Vec<Deputy>, Error> {
        let state = services(context)?.runner.read();
        let rows = state.facts().access().deputies_ever(self.row.id);
        Ok(rows
            .filter(|row| row.centre == self.centre)
            .map(|row| Deputy(row.clone()))
            .collect())
    }

    /// Tokens of the machine in the viewer's centre; also those that are over.
    async fn tokens(&self, context: &Context<'_>) -> Result<Vec<MachineToken>, Error> {
        let state = services(context)?.runner.read();
        let rows = state.facts().access().tokens_ever(self.row.id);
        Ok(rows
            .filter(|row| row.centre == self.centre)
            .map(|row| MachineToken(row.clone()))
            .collect())
    }
}

/// Organisation and body a role is held for, as far as the viewer reads them.
fn held_for(
    context: &Context<'_>,
    right: Right,
) -> Result<(Option<Organisation>, Option<Network>), Error> {
    let organisation = right.organisation.map(|id| id.record());
    let body = right.body.map(|id| id.record());
    Ok((
        organisation.map_or(Ok(None), |id| Organisation::load(context, id, NOW))?,
        body.map_or(Ok(None), |id| Network::load(context, id, NOW))?,
    ))
}

/// Rolle an account was given.
pub(crate) struct Grant(GrantRow);

/// Rolle an account was given.
#[Object]
impl Grant {
    /// The id: what chooses a role (header `Querschnitt-Grant`) and what is taken away.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The role.
    async fn role(&self) -> Role {
        self.0.right.role.into()
    }

    /// The organisation it is held for.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        Ok(held_for(context, self.0.right)?.0)
    }

    /// The body it is held in.
    async fn body(&self, context: &Context<'_>) -> Result<Option<Network>, Error> {
        Ok(held_for(context, self.0.right)?.1)
    }

    /// Gültig ab: the first day.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }

    /// The first day no more; null: until it is taken away.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }

    /// Entzogen: it was taken away.
    async fn revoked(&self) -> bool {
        !self.0.known.is_current()
    }

    /// Whether it holds today. What a locked account may do, its lock says.
    async fn holds(&self, context: &Context<'_>) -> Result<bool, Error> {
        let now = services(context)?.executor.clock().now();
        Ok(self.0.holds_on(berlin_date(now)))
    }

    /// Who keeps it.
    async fn origin(&self) -> AccountOrigin {
        self.0.origin.into()
    }
}

/// Vertretung: that an account represents another.
pub(crate) struct Deputy(DeputyRow);

/// Vertretung: that an account represents another.
#[Object]
impl Deputy {
    /// The id: what is ended.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who is represented.
    async fn represents(&self, context: &Context<'_>) -> Result<Option<Account>, Error> {
        Account::find(context, self.0.represents)
    }

    /// The id of the role in which.
    async fn grant(&self) -> ID {
        self.0.grant.to_string().into()
    }

    /// Gültig ab: the first day.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }

    /// The first day no more.
    async fn valid_to(&self) -> Date {
        Date(self.0.valid_to)
    }

    /// Beendet before its end.
    async fn ended(&self) -> bool {
        !self.0.known.is_current()
    }
}

/// Token of a machine. The token itself is shown once, when it is issued.
pub(crate) struct MachineToken(TokenRow);

impl MachineToken {
    pub(crate) const fn new(row: TokenRow) -> Self {
        Self(row)
    }
}

/// Token of a machine. The token itself is shown once, when it is issued.
#[Object]
impl MachineToken {
    /// The id: what is revoked. It is no secret.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it is for; null for those who may not read it, or when it was erased.
    async fn name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let subject = (self.0.account.record(), self.0.centre);
        text_in(context, Cell::Grants, subject, Some(&self.0.name))
    }

    /// The role.
    async fn role(&self) -> Role {
        self.0.right.role.into()
    }

    /// The organisation it is held for.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        Ok(held_for(context, self.0.right)?.0)
    }

    /// The body it is held in.
    async fn body(&self, context: &Context<'_>) -> Result<Option<Network>, Error> {
        Ok(held_for(context, self.0.right)?.1)
    }

    /// Umfang: what its bearer may do.
    async fn scopes(&self) -> Vec<TokenScope> {
        self.0.scopes.iter().map(Into::into).collect()
    }

    /// Gültig bis: from when on it counts no more.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// Entzogen: it was taken away.
    async fn revoked(&self) -> bool {
        !self.0.known.is_current()
    }

    /// Whether its bearer acts by it now, and if not, why not.
    async fn state(&self, context: &Context<'_>) -> Result<TokenState, Error> {
        let services = services(context)?;
        let now = services.executor.clock().now();
        let state = services.runner.read();
        Ok(state.facts().access().token_state(&self.0, now).into())
    }
}
