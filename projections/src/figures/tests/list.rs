//! What the list itself promises.

use std::collections::HashSet;

use crate::dimension::{CentreSet, Dimension};
use crate::facts::Facts;
use crate::figures::{FIGURES, FigureError, FigureQuery, figure};

#[test]
fn every_figure_is_whole_and_has_a_key_of_its_own() {
    let keys: HashSet<_> = FIGURES.iter().map(|figure| figure.key).collect();
    assert_eq!(keys.len(), FIGURES.len());
    for one in FIGURES {
        assert!(figure(one.key).is_ok_and(|found| found.key == one.key));
        assert!(!one.title.is_empty(), "{} has no title", one.key);
        assert!(
            one.definition.ends_with('.'),
            "{}: {}",
            one.key,
            one.definition
        );
        assert!(
            one.definition.contains("entscheidet"),
            "{}: which date?",
            one.key
        );
        assert!(one.version > 0);
        let dimensions: HashSet<_> = one.dimensions.iter().collect();
        assert_eq!(dimensions.len(), one.dimensions.len(), "{}", one.key);
        assert!(one.dimensions.contains(&Dimension::Centre), "{}", one.key);
        assert!(
            one.dimensions
                .iter()
                .all(|dimension| dimension.grain().is_none()),
            "{}: grains of time are always allowed",
            one.key
        );
        assert!(one.always_by.is_none_or(|dimension| one.allows(dimension)));
        let multi = one
            .dimensions
            .iter()
            .any(|dimension| dimension.is_multi_valued());
        assert!(
            !multi || one.definition.contains("Zeilen"),
            "{} does not say how several values count",
            one.key
        );
    }
}

#[test]
fn every_figure_answers_by_everything_it_allows_also_without_a_record() {
    let facts = Facts::default();
    for one in FIGURES {
        for dimension in Dimension::ALL {
            let query = FigureQuery {
                period: "2026".parse().unwrap(),
                centres: CentreSet::all(),
                by: vec![dimension],
                as_of: None,
            };
            let answer = one.compute(&facts, &query, CentreSet::all());
            assert_eq!(
                answer.is_ok(),
                one.allows(dimension),
                "{} {dimension}",
                one.key
            );
            if let Ok(table) = answer {
                assert!(table.rows.iter().all(|row| row.value.numerator == 0));
                assert!(
                    table
                        .rows
                        .iter()
                        .all(|row| row.value.value.is_none_or(|value| value == 0.0))
                );
            }
        }
    }
}

#[test]
fn what_can_not_be_asked_is_refused_in_german() {
    let error = |key: &str, by: &[Dimension]| figure(key).unwrap().columns(by).unwrap_err();
    assert_eq!(
        error("N5", &[Dimension::Language]).to_string(),
        "die Kennzahl N5 lässt sich nicht nach LANGUAGE aufgliedern; möglich sind CENTRE, BODY_TYPE, NETWORK, YEAR, HALF_YEAR, QUARTER, MONTH und SCHOOL_YEAR"
    );
    assert_eq!(
        error("B1", &[Dimension::Mode, Dimension::Mode]),
        FigureError::Twice(Dimension::Mode)
    );
    assert_eq!(
        error("B1", &[Dimension::Year, Dimension::SchoolYear]),
        FigureError::TwoGrains(Dimension::Year, Dimension::SchoolYear)
    );
    assert_eq!(
        error("B1", &[Dimension::ActionDomain, Dimension::ActionArea]),
        FigureError::AreaAndDomain
    );
    let five = [
        Dimension::Mode,
        Dimension::Centre,
        Dimension::Language,
        Dimension::Outcome,
        Dimension::Year,
    ];
    assert_eq!(error("B1", &five), FigureError::TooManyDimensions);
    assert_eq!(
        figure("B9").unwrap_err().to_string(),
        "die Kennzahl „B9“ gibt es nicht; es gibt B1, B2, B3, B4, B5, N1, N2, N3, N4, N5, N6, N7, S1, S2, S3, S4, S5, S5A, S6, S7"
    );
}
