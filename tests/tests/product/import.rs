//! The real input: a city's published bodies and meetings that nobody here made.

use querschnitt_tests::{App, real_data};
use serde_json::{Value, json};

fn figures(app: &App) -> Value {
    app.officer().ask(
        "{ networks(first: 1) { totalCount }
           held: networkMeetings(first: 1, filter: { state: HELD }) { totalCount }
           scheduled: networkMeetings(first: 1, filter: { state: SCHEDULED }) { totalCount }
           figures(keys: [\"N1\"], period: \"2019\", by: [BODY_TYPE]) { total { value } compact } }",
        &json!({}),
    )
}

#[test]
fn a_real_city_comes_in_once_and_answers_questions() {
    let Some(data) = real_data() else { return };
    let source = data.join("oparl-karlsruhe");
    let source = source
        .canonicalize()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let app = App::start();
    let import = ["import", "oparl", source.as_str(), "--centre", "05711"];
    let empty = app.log();
    let (code, out, err) = app.cli(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(app.log(), empty, "a dry run recorded");
    let (code, out, err) = app.cli(&import);
    assert_eq!(code, 0, "{out}{err}");
    let first = figures(&app);
    let meetings = first["held"]["totalCount"].as_u64().unwrap()
        + first["scheduled"]["totalCount"].as_u64().unwrap();
    assert!(meetings > 2_500, "{first:#}\n{out}");
    assert!(
        first["scheduled"]["totalCount"].as_u64().unwrap() > 0,
        "meetings to come are scheduled"
    );
    assert!(
        first["networks"]["totalCount"].as_u64().unwrap() > 10,
        "{first:#}"
    );
    assert!(
        first["figures"][0]["total"]["value"].as_f64().unwrap() > 10.0,
        "{first:#}"
    );
    let before = app.log();
    let (code, out, err) = app.cli(&import);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(
        app.log(),
        before,
        "the same import again added something:\n{out}"
    );
    // A dry run over a book that holds the meetings already has once waited for itself for ever.
    let (code, out, err) = app.cli(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{out}{err}");
    let search = app.officer().ask(
        "{ networks(first: 5, filter: { search: \"gemeinderat\" }) { nodes { name bodyType } } }",
        &json!({}),
    );
    assert_eq!(
        search["networks"]["nodes"][0]["bodyType"],
        "MUNICIPAL_COUNCIL"
    );
    let agenda = app.officer().ask(
        r#"{ networkMeetings(first: 50, filter: { from: "2024-01-01", to: "2024-07-01" }) { nodes { title agenda { title } } } }"#,
        &json!({}),
    );
    let items = agenda["networkMeetings"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|meeting| meeting["agenda"].as_array().unwrap())
        .filter(|item| item["title"].is_string())
        .count();
    assert!(items > 50, "{items} agenda items with titles");
}
