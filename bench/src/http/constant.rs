//! The peer: the smallest axum + async-graphql server that answers constants of the same shape as
//! the product's answers. It knows no token, no limit, no log and no record.

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{
    EmptySubscription, Enum, ID, InputObject, MergedObject, Object, OutputType, Request, Schema,
    SimpleObject,
};
use axum::routing::post;
use axum::{Extension, Json, Router};

mod reviews;

use super::questions::{EVENTS, QUARTERS, ROWS};
use crate::outcome::Outcome;
use reviews::ReviewQueries;
pub(crate) use reviews::Sizes;

const GLOBAL_ID: &str = "b3JnYW5pc2F0aW9uOjAxOTliMmM0LTdlNmEtN2MzMS05ZjQyLTVkODhlMTdhNjBiMw";
const TOKEN: &str = "q0d3cXJzdHV2d3h5ejAxMjM0NTY3ODlBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWg";

#[derive(MergedObject)]
struct Query(Records, ReviewQueries);

struct Records;

#[Object]
impl Records {
    async fn organisation(&self, #[graphql(name = "id")] _id: ID) -> Organisation {
        Organisation {
            id: GLOBAL_ID.into(),
            name: "Begegnung 12345".to_owned(),
            kind: "MIGRANT_ORGANISATION".to_owned(),
            relation: Some("PARTNER".to_owned()),
            version: 1,
        }
    }

    async fn history(&self, record_id: ID, #[graphql(name = "first")] _first: i32) -> List<Event> {
        list((0..EVENTS).map(|_| Event {
            position: TOKEN.to_owned(),
            kind: "consultation.recorded".to_owned(),
            sentence: "Beratung am 2. März 2024 erfasst".to_owned(),
            recorded_at: "2026-11-22T11:02:14.120431Z".to_owned(),
            occurred_on: "2024-03-02".to_owned(),
            record_id: record_id.clone(),
            actor: "00000000-0000-0000-0000-000000000007".into(),
            role: "KI_OFFICER".to_owned(),
        }))
    }

    async fn consultations(
        &self,
        #[graphql(name = "filter")] _filter: ConsultationFilter,
        #[graphql(name = "first")] _first: i32,
    ) -> List<Consultation> {
        list((0..ROWS).map(|_| Consultation::constant()))
    }

    async fn figures(
        &self,
        keys: Vec<String>,
        #[graphql(name = "period")] _period: String,
        #[graphql(name = "by")] _by: Vec<Dimension>,
    ) -> Vec<Figure> {
        keys.into_iter().map(Figure::constant).collect()
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn record_consultation(
        &self,
        #[graphql(name = "input")] _input: RecordConsultationInput,
    ) -> ConsultationPayload {
        ConsultationPayload {
            consultation: Some(Consultation::constant()),
            position: Some(TOKEN.to_owned()),
            errors: Vec::new(),
        }
    }
}

#[derive(SimpleObject)]
struct Organisation {
    id: ID,
    name: String,
    kind: String,
    relation: Option<String>,
    version: u32,
}

#[derive(SimpleObject)]
struct Count {
    total_count: u64,
}

type List<T> = Connection<String, T, Count, EmptyFields>;

fn list<T: OutputType>(nodes: impl Iterator<Item = T>) -> List<T> {
    let mut list = Connection::with_additional_fields(false, true, Count { total_count: 1_234 });
    let edges = nodes.map(|node| Edge::new(TOKEN.to_owned(), node));
    list.edges.extend(edges);
    list
}

#[derive(SimpleObject)]
struct Event {
    position: String,
    #[graphql(name = "type")]
    kind: String,
    sentence: String,
    recorded_at: String,
    occurred_on: String,
    record_id: ID,
    actor: ID,
    role: String,
}

#[derive(SimpleObject)]
struct Consultation {
    id: ID,
    occurred_on: String,
    #[graphql(name = "type")]
    consultation_type: String,
    mode: String,
    duration_minutes: u16,
    target_group: String,
    action_areas: Vec<String>,
    number_advised: Option<u16>,
    version: u32,
}

impl Consultation {
    fn constant() -> Self {
        Self {
            id: GLOBAL_ID.into(),
            occurred_on: "2024-03-02".to_owned(),
            consultation_type: "PROFESSIONAL".to_owned(),
            mode: "PHONE".to_owned(),
            duration_minutes: 45,
            target_group: "PROFESSIONALS".to_owned(),
            action_areas: vec!["EDU_SCHOOL".to_owned()],
            number_advised: Some(3),
            version: 1,
        }
    }
}

#[derive(InputObject)]
struct ConsultationFilter {
    from: String,
    to: String,
    #[graphql(name = "type")]
    consultation_type: String,
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Centre,
    Quarter,
}

#[derive(SimpleObject)]
struct Figure {
    key: String,
    title: String,
    unit: String,
    position: String,
    total: Total,
    rows: Vec<FigureRow>,
}

#[derive(SimpleObject)]
struct Total {
    value: Option<f64>,
}

#[derive(SimpleObject)]
struct FigureRow {
    keys: Vec<FigureKey>,
    value: Option<f64>,
}

#[derive(SimpleObject)]
struct FigureKey {
    dimension: Dimension,
    code: Option<String>,
    label: Option<String>,
}

impl Figure {
    fn constant(key: String) -> Self {
        let keys = || {
            vec![
                FigureKey {
                    dimension: Dimension::Centre,
                    code: Some("05711".to_owned()),
                    label: Some("Bielefeld".to_owned()),
                },
                FigureKey {
                    dimension: Dimension::Quarter,
                    code: Some("2024-Q1".to_owned()),
                    label: Some("1. Quartal 2024".to_owned()),
                },
            ]
        };
        Self {
            key,
            title: "Beratungen".to_owned(),
            unit: "Beratungen".to_owned(),
            position: TOKEN.to_owned(),
            total: Total {
                value: Some(28_950.0),
            },
            rows: (0..QUARTERS)
                .map(|_| FigureRow {
                    keys: keys(),
                    value: Some(1_447.0),
                })
                .collect(),
        }
    }
}

#[derive(InputObject)]
struct RecordConsultationInput {
    command_id: String,
    centre: ID,
    occurred_on: String,
    #[graphql(name = "type")]
    consultation_type: String,
    mode: String,
    duration_minutes: i32,
    target_group: String,
    action_areas: Vec<String>,
    number_advised: Option<i32>,
    note: Option<String>,
}

#[derive(SimpleObject)]
struct ConsultationPayload {
    consultation: Option<Consultation>,
    position: Option<String>,
    errors: Vec<UserError>,
}

#[derive(SimpleObject)]
struct UserError {
    code: String,
    field: Option<String>,
    message: String,
}

type Constants = Schema<Query, Mutation, EmptySubscription>;

async fn execute(
    Extension(schema): Extension<Constants>,
    Json(request): Json<Request>,
) -> Json<async_graphql::Response> {
    Json(schema.execute(request).await)
}

/// Serves until it is killed; prints its address first.
pub(crate) async fn serve(sizes: Sizes) -> Outcome<()> {
    let query = Query(Records, ReviewQueries(sizes));
    let schema = Schema::new(query, Mutation, EmptySubscription);
    let app = Router::new()
        .route("/graphql", post(execute))
        .layer(Extension(schema));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
