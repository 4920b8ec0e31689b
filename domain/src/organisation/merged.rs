//! What a source says of an organisation now, merged with what the office entered since the last
//! import.

use super::Description;
use super::register::RegisterOrganisation;
use super::state::Imported;
use crate::merge::{self, Merge};
use crate::seen::SourceSeen;

merge::fields!(Description {
    "kind" => kind,
    "legalAreas" => legal_areas,
    "municipality" => municipality,
    "place" => place,
    "district" => district,
    "note" => note,
});

/// Field by field as [`Merge`] has it. `theirs` is the description of `command` without its texts. A
/// relation that the source no longer names stays: it may have ended, or not have been asked for.
pub(super) fn merged(
    command: &RegisterOrganisation,
    theirs: Description,
    (base, ours): (&Imported, &Imported),
    merge: &mut Merge<'_>,
) -> Imported {
    let (was, is) = (&base.description, &ours.description);
    let name = Some(&command.name);
    Imported {
        name: merge
            .text("name", name, Some(base.name), Some(ours.name))
            .unwrap_or(ours.name),
        description: Description {
            kind: merge.value("kind", theirs.kind, &was.kind, is.kind),
            legal_areas: merge.value(
                "legalAreas",
                theirs.legal_areas,
                &was.legal_areas,
                is.legal_areas.clone(),
            ),
            municipality: merge.value(
                "municipality",
                theirs.municipality,
                &was.municipality,
                is.municipality.clone(),
            ),
            place: merge.text("place", command.place.as_ref(), was.place, is.place),
            district: merge.text(
                "district",
                command.district.as_ref(),
                was.district,
                is.district,
            ),
            note: merge.text("note", command.note.as_ref(), was.note, is.note),
        },
        relation: match command.relation {
            None => ours.relation,
            theirs => merge.value("relation", theirs, &base.relation, ours.relation),
        },
    }
}

/// What the source said of the description: see [`merge::said`].
pub(super) fn said(new: &Description, ours: &Description, base: &Description) -> Description {
    said_facts(new, ours, base)
}

/// Takes over from the record in what the source came to agree.
pub(super) fn agree(base: &mut Imported, ours: &Imported, seen: &SourceSeen) {
    if seen.agrees("name") {
        base.name = ours.name;
    }
    if seen.agrees("relation") {
        base.relation = ours.relation;
    }
    agree_facts(&mut base.description, &ours.description, seen);
}
