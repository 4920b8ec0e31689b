//! That whatever an answer shows of a record is noted for the access log, by whichever query it came.

use std::collections::HashMap;
use std::sync::Arc;

use querschnitt_domain::{RecordId, Role};
use querschnitt_policy::Matrix;

use super::asked::questions;
use super::fields::Schema;
use super::reader::Reader;
use super::sample;
use super::world::World;
use crate::access_log::Seen;
use crate::viewer::Viewer;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_noted() {
    let world = World::new(41).await;
    let (schema, matrix) = (Schema::read(), Matrix::load().unwrap());
    let questions = questions(&schema, &sample(&world, 1));
    // Who reads by being of the centre, who reads requests, and who reads single records.
    let people = world.people();
    for role in [
        Role::KiHead,
        Role::DataProtectionOfficer,
        Role::PartnerOffice,
    ] {
        let takes_part = role == Role::PartnerOffice;
        let fits = |viewer: &&Viewer| {
            viewer.actor.role == role && viewer.organisation.is_some() == takes_part
        };
        let viewer = people.iter().find(fits).unwrap();
        let mut values = 0;
        for one in &questions {
            let seen = Arc::new(Seen::default());
            let (query, variables) = (&one.query, one.variables.clone());
            let answer = world
                .ask_seen(viewer, query, variables, Arc::clone(&seen))
                .await;
            let mut noted: HashMap<RecordId, u32> = HashMap::new();
            for (cells, records) in seen.take() {
                for record in records {
                    *noted.entry(record).or_default() |= cells;
                }
            }
            let standing = |record| world.standing(viewer, record);
            let mut reader = Reader::new(&standing, &matrix, viewer, query).with_noted(&noted);
            reader.read_answer(&answer);
            values += reader.values;
        }
        assert!(values > 100, "{viewer:?}: {values}");
    }
}
