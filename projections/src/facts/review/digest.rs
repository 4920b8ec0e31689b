//! A review in the digest: every field, taken apart so that a new one can't be forgotten.

use querschnitt_domain::review::{
    AdviceAsked, AttachmentAdded, Drafted, Progress, ReviewFacts, Score,
};
use querschnitt_domain::unit::Unit;
use querschnitt_domain::{ActorId, Commitment, UnitId};
use time::Date;

use super::{Advice, Clarification, Ended, Funding, ReviewDetails, ReviewRow, check_word};
use crate::digest::{Canonical, Digested};

impl Digested for ReviewRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            known,
            state,
            state_since,
            received_on,
            received_at,
            action_areas,
            facts,
            reviewer,
            cosigner,
            ended,
            funding,
            supersedes,
            superseded_by,
            details,
            version,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        to.text(state.as_str()).day(*state_since);
        to.day(*received_on).option(*received_at, |to, at| {
            to.instant(at);
        });
        to.areas(*action_areas);
        digest_facts(facts, to);
        for account in [reviewer, cosigner] {
            to.option(*account, |to, account| {
                to.id(account.0);
            });
        }
        to.option(ended.as_ref(), digest_ended);
        to.option(funding.as_ref(), |to, funding| {
            let Funding {
                on,
                decision,
                granted_cents,
                note,
            } = funding;
            to.day(*on).code(*decision);
            to.option(*granted_cents, |to, cents| {
                to.number(cents);
            });
            sealed(to, *note);
        });
        for review in [supersedes, superseded_by] {
            to.option(*review, |to, review| {
                to.id(review.0);
            });
        }
        digest_details(details, to);
        to.number(*version).known(*known);
    }
}

fn digest_facts(facts: &ReviewFacts, to: &mut Canonical) {
    let ReviewFacts {
        title,
        requester,
        applicant_type,
        applicant,
        applicant_name,
        programme,
        // The row has them as a set.
        action_areas: _,
        requested_cents,
        due_on,
        term_working_days,
        planned_on,
        municipality,
        channel,
        department,
        unit,
        visibility,
        reference,
        note,
    } = facts;
    to.sealed(*title).code(*requester).code(*applicant_type);
    to.option(*applicant, |to, id| {
        to.id(id.0);
    });
    to.option(*programme, |to, code| {
        to.code(code);
    });
    to.option(*requested_cents, |to, cents| {
        to.number(cents);
    });
    day(to, *due_on);
    to.option(*term_working_days, |to, days| {
        to.number(days);
    });
    day(to, *planned_on);
    to.option(municipality.as_deref(), |to, key| {
        to.text(key);
    });
    to.option(*channel, |to, code| {
        to.code(code);
    });
    digest_unit(to, department.as_ref().map(Unit::id));
    digest_unit(to, unit.as_ref().map(Unit::id));
    to.option(*visibility, |to, code| {
        to.code(code);
    });
    for text in [*applicant_name, *reference, *note] {
        sealed(to, text);
    }
}

fn digest_details(details: &ReviewDetails, to: &mut Canonical) {
    let ReviewDetails {
        progress,
        advice,
        clarifications,
        scores,
        draft,
        signed_by,
        conflicts,
        attachments,
        due_before,
        in_time_until,
        moves,
        dues: (due_on, extensions),
        assignments,
        next_version,
        interim,
        withdrawn_after,
    } = details;
    day(to, *in_time_until);
    to.list(moves, |to, (on, state)| {
        to.day(*on).text(state.as_str());
    });
    day(to, *due_on);
    to.list(extensions, |to, (agreed, due_on)| {
        to.day(*agreed).day(*due_on);
    });
    to.list(assignments, |to, (on, reviewer, cosigner)| {
        to.day(*on);
        for account in [reviewer, cosigner] {
            to.option(*account, |to, account| {
                to.id(account.0);
            });
        }
    });
    to.option(*next_version, |to, review| {
        to.id(review.0);
    });
    digest_progress(progress, to);
    to.list(advice, digest_advice);
    to.list(clarifications, |to, clarification| {
        let Clarification {
            number,
            asked_on,
            due_on,
            question,
            received_on,
            answer,
        } = clarification;
        to.number(*number).day(*asked_on);
        day(to, *due_on);
        day(to, *received_on);
        sealed(to, *question);
        sealed(to, *answer);
    });
    to.list(scores, |to, score| {
        let Score {
            criterion,
            score,
            note,
        } = score;
        to.code(*criterion).option(*score, |to, score| {
            to.number(score);
        });
        sealed(to, *note);
    });
    to.option(draft.as_ref(), |to, draft| {
        let Drafted {
            review: _,
            drafted_by,
            outcome,
            text,
            recipient,
        } = draft;
        to.id(drafted_by.0).code(*outcome);
        sealed(to, *text);
        // Drafts from before letters had recipients keep their digest.
        if let Some(recipient) = recipient {
            to.text("recipient").sealed(*recipient);
        }
    });
    to.option(*signed_by, |to, account| {
        to.id(account.0);
    });
    to.list(conflicts, |to, account| {
        to.id(account.0);
    });
    to.list(attachments, |to, added| {
        let AttachmentAdded {
            review: _,
            attachment,
            kind,
            media_type,
            size,
            name,
            content,
            // Said by the progress.
            voids_signature: _,
        } = added;
        to.number(*attachment).code(*kind).code(*media_type);
        to.number(*size).sealed(*content);
        sealed(to, *name);
    });
    to.list(due_before, |to, due| day(to, *due));
    to.list(interim, digest_ended);
    to.option(withdrawn_after.as_ref(), digest_ended);
}

fn digest_progress(progress: &Progress, to: &mut Canonical) {
    let Progress {
        state,
        checks,
        scores,
        took_part,
        is_new_version,
        questions,
        asked,
        drafted,
        ended_from,
        withdrawn_after,
    } = progress;
    to.text(state.as_str());
    let account = |to: &mut Canonical, account: Option<ActorId>| {
        to.option(account, |to, account| {
            to.id(account.0);
        });
    };
    let checks: Vec<_> = checks.iter().collect();
    to.list(&checks, |to, (number, (check, by))| {
        to.number(**number).text(check_word(*check));
        account(to, *by);
    });
    let scores: Vec<_> = scores.iter().collect();
    to.list(&scores, |to, (criterion, by)| {
        to.code(**criterion);
        account(to, **by);
    });
    let took_part: Vec<_> = took_part.iter().collect();
    to.list(&took_part, |to, account| {
        to.id(account.0);
    });
    to.number(*questions).option(*asked, |to, number| {
        to.number(number);
    });
    for flag in [is_new_version, drafted, withdrawn_after] {
        to.number(u8::from(*flag));
    }
    to.option(*ended_from, |to, state| {
        to.text(state.as_str());
    });
}

fn digest_advice(to: &mut Canonical, advice: &Advice) {
    let Advice {
        asked:
            AdviceAsked {
                review: _,
                advice: number,
                organisation,
                unit,
                due_on,
                question,
            },
        asked_on,
        given_on,
        outcome,
        text,
    } = advice;
    to.number(*number).day(*asked_on);
    to.option(*organisation, |to, id| {
        to.id(id.0);
    });
    digest_unit(to, unit.as_ref().map(Unit::id));
    day(to, *due_on);
    day(to, *given_on);
    to.option(*outcome, |to, code| {
        to.code(code);
    });
    sealed(to, *question);
    sealed(to, *text);
}

fn digest_ended(to: &mut Canonical, ended: &Ended) {
    let Ended {
        on,
        at,
        outcome,
        text,
    } = ended;
    to.day(*on).option(*at, |to, at| {
        to.instant(at);
    });
    to.option(*outcome, |to, code| {
        to.code(code);
    });
    sealed(to, *text);
}

pub(in crate::facts) fn digest_unit(to: &mut Canonical, unit: Option<UnitId>) {
    to.option(unit, |to, unit| {
        to.id(unit.0);
    });
}

fn sealed(to: &mut Canonical, text: Option<Commitment>) {
    to.option(text, |to, text| {
        to.sealed(text);
    });
}

fn day(to: &mut Canonical, date: Option<Date>) {
    to.option(date, |to, date| {
        to.day(date);
    });
}
