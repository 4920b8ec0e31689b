//! The letterhead of a centre: set with everything it has, and read back.

use serde_json::{Value, json};

use crate::life::Office;
use crate::words::{LOGO, with};

pub(super) fn live(office: &mut Office) {
    let head = office.head.clone();
    let texts = json!({
        "authority": "Stadt Bielefeld · Der Oberbürgermeister", "office": "Kommunales Integrationszentrum",
        "address": "Niederwall 23\n33602 Bielefeld", "phone": "0521 51-0",
        "email": "integration@bielefeld.example", "web": "bielefeld.example/ki", "headFunction": "Leiterin",
    });
    let first = json!({ "centre": "05711", "office": "Integrationszentrum" });
    office.send(&head, "letterhead", "setLetterhead", first);
    let all = with(
        texts.clone(),
        &json!({
            "centre": "05711", "expectedVersion": 1,
            "logo": { "content": LOGO, "description": "Wappen der Stadt Bielefeld" },
        }),
    );
    office.send(&head, "letterhead", "setLetterhead", all);
    let read = head.ask(
        "{ centres { key letterhead { authority office address phone email web headFunction version
            logo { description } } } }",
        &json!({}),
    );
    let own = |centre: &&Value| centre["key"] == "05711";
    let centres = read["centres"].as_array().expect("centres");
    let shown = &centres.iter().find(own).expect("the own one")["letterhead"];
    let logo = json!({ "description": "Wappen der Stadt Bielefeld" });
    assert_eq!(shown, &with(texts, &json!({ "version": 2, "logo": logo })));
    let elsewhere = centres.iter().filter(|centre| !own(centre));
    assert!(
        elsewhere
            .map(|centre| &centre["letterhead"])
            .all(Value::is_null)
    );
}
