//! What of accounts, their rights, and what is open for a time goes into the digest of a state.

use querschnitt_domain::account::{AccountKind, Issuer, Origin, Right};
use time::Date;

use super::rows::{AccountRow, DeputyRow, GlassRow, GrantRow, OrderRow, TokenRow};
use crate::digest::{Canonical, Digested};

fn right(to: &mut Canonical, right: Right) {
    let Right {
        role,
        organisation,
        body,
    } = right;
    to.text(role.as_str());
    for id in [organisation.map(|id| id.0), body.map(|id| id.0)] {
        to.option(id, |to, id| {
            to.id(id);
        });
    }
}

fn day_option(to: &mut Canonical, day: Option<Date>) {
    to.option(day, |to, day| {
        to.day(day);
    });
}

fn issued_by(to: &mut Canonical, issuer: Issuer) {
    match issuer {
        Issuer::Person {
            account,
            grant,
            represents,
        } => {
            to.text("PERSON").id(account.0).id(grant.0);
            to.option(represents, |to, represented| {
                to.id(represented.0);
            });
        }
        Issuer::Machine { account, token } => {
            to.text("MACHINE").id(account.0).id(token.0);
        }
    }
}

const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Local => "LOCAL",
        Origin::Provider => "PROVIDER",
    }
}

impl Digested for AccountRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            kind,
            origin: kept_by,
            name,
            login,
            locked,
            known,
        } = self;
        let kind = match kind {
            AccountKind::Person => "PERSON",
            AccountKind::Machine => "MACHINE",
        };
        to.id(id.0).centre(*centre).number(*recorded).text(kind);
        to.text(origin(*kept_by)).sealed(*name);
        to.option(*login, |to, login| {
            to.sealed(login);
        });
        to.number(u64::from(*locked)).known(*known);
    }
}

impl Digested for GrantRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            account,
            centre,
            right: given,
            valid_from,
            valid_to,
            origin: kept_by,
            revoked_by,
            known,
        } = self;
        to.id(id.0).id(account.0).centre(*centre);
        right(to, *given);
        to.day(*valid_from);
        day_option(to, *valid_to);
        to.text(origin(*kept_by));
        to.option(*revoked_by, |to, by| {
            to.text(origin(by));
        });
        to.known(*known);
    }
}

impl Digested for DeputyRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            account,
            centre,
            represents,
            grant,
            valid_from,
            valid_to,
            known,
        } = self;
        to.id(id.0).id(account.0).centre(*centre).id(represents.0);
        to.id(grant.0).day(*valid_from).day(*valid_to).known(*known);
    }
}

impl Digested for TokenRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            account,
            centre,
            name,
            right: given,
            scopes,
            expires_at,
            hash,
            issuer,
            known,
        } = self;
        to.id(id.0).id(account.0).centre(*centre).sealed(*name);
        right(to, *given);
        let scopes: Vec<_> = scopes.iter().collect();
        to.list(&scopes, |to, scope| {
            to.text(scope.as_str());
        });
        to.instant(*expires_at).text(&hash.to_string());
        to.option(*issuer, issued_by);
        to.known(*known);
    }
}

impl Digested for OrderRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            recorded_at,
            opened_by,
            kind,
            records,
            valid_to,
            reason,
            known,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        to.instant(*recorded_at).id(opened_by.0).text(kind.as_str());
        to.list(records, |to, record| {
            to.record(*record);
        });
        to.day(*valid_to).sealed(*reason).known(*known);
    }
}

impl Digested for GlassRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            recorded_at,
            account,
            until,
            reason,
            known,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        to.instant(*recorded_at).id(account.0).instant(*until);
        to.sealed(*reason).known(*known);
    }
}
