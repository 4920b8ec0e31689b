//! The cost of an operation: one per field, more where `prices` says so; a page of n entries costs n times what is asked
//! of one entry.
//!
//! The same walk checks the page sizes, because it is where `first` and `last` are read: a field that returns a
//! type named `…Connection` needs exactly one of them, every field that has them takes 1 to the limit.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, SelectionSet,
};
use async_graphql::registry::{MetaField, MetaTypeName, Registry};
use async_graphql::{Pos, ServerError, Value as ConstValue, Variables};

use super::lookup::Followed;
use super::values::Values;
use super::{Limits, error, lookup, prices};

/// What a list without page size is taken to hold.
const ENTRIES_OF_A_PLAIN_LIST: u64 = 5;
/// A mutation writes durably; it costs more than a field that is read.
const MUTATION: u64 = 10;
/// Values of arguments that cost as much to read as a field.
const VALUES_FOR_ONE: u64 = 10;

/// `root_fields` are those of the operation, fragments followed.
pub(super) fn check(
    operation: &OperationDefinition,
    root_fields: usize,
    document: &ExecutableDocument,
    variables: &Variables,
    values: &Values<'_>,
    registry: &Registry,
    limits: &Limits,
) -> Result<u64, ServerError> {
    let walk = Walk {
        operation,
        document,
        variables,
        values,
        registry,
        limits,
    };
    let (root, each) = match operation.ty {
        OperationType::Query => (Some(&registry.query_type), 0),
        OperationType::Mutation => (registry.mutation_type.as_ref(), MUTATION),
        OperationType::Subscription => (registry.subscription_type.as_ref(), 0),
    };
    let set = &operation.selection_set.node;
    let fields = u64::try_from(root_fields).unwrap_or(u64::MAX);
    let below = walk.set(set, root.map(String::as_str), false)?;
    let cost = below.saturating_add(each.saturating_mul(fields));
    if cost > limits.cost {
        let text = format!(
            "this costs {cost}, at most {} is allowed; ask for fewer fields or smaller pages",
            limits.cost
        );
        let mut refusal = error("TOO_EXPENSIVE", text, None);
        let values = refusal.extensions.get_or_insert_default();
        values.set("requested", cost);
        values.set("maximum", limits.cost);
        return Err(refusal);
    }
    Ok(cost)
}

struct Walk<'a> {
    operation: &'a OperationDefinition,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    values: &'a Values<'a>,
    registry: &'a Registry,
    limits: &'a Limits,
}

impl Walk<'_> {
    /// `parent` is the type the fields belong to, if known (introspection is not); `paged` says that the size of
    /// the page was counted already, one level up.
    fn set(
        &self,
        set: &SelectionSet,
        parent: Option<&str>,
        paged: bool,
    ) -> Result<u64, ServerError> {
        let mut sum = 0_u64;
        for selection in &set.items {
            let one = match lookup::follow(self.document, &selection.node, parent) {
                Followed::Field(field) => self.field(&field.node, field.pos, parent, paged)?,
                Followed::Set(set, on) => self.set(set, on, paged)?,
                Followed::Nothing => 0,
            };
            let values = self.values.of_selection(&selection.node);
            let values = u64::try_from(values).unwrap_or(u64::MAX);
            sum = sum
                .saturating_add(one)
                .saturating_add(values / VALUES_FOR_ONE);
        }
        Ok(sum)
    }

    fn field(
        &self,
        field: &Field,
        at: Pos,
        parent: Option<&str>,
        paged: bool,
    ) -> Result<u64, ServerError> {
        let meta = parent.and_then(|parent| lookup::field(self.registry, parent, &field.name.node));
        let returns = meta.map(|meta| MetaTypeName::concrete_typename(&meta.ty));
        let is_connection = returns.is_some_and(|name| name.ends_with("Connection"));
        let page = self.page(field, at, meta, is_connection)?;
        let below = self.set(&field.selection_set.node, returns, is_connection)?;
        let is_list = meta.is_some_and(|meta| MetaTypeName::create(&meta.ty).is_list());
        let times = match page {
            Some(entries) => entries,
            None if is_list && !paged => ENTRIES_OF_A_PLAIN_LIST,
            None => 1,
        };
        let argument = |name: &str| self.argument(field, name);
        let price = parent.map_or(0, |parent| prices::of(parent, &field.name.node, argument));
        let below = below.saturating_mul(times);
        Ok(below.saturating_add(price).saturating_add(1))
    }

    /// Entries of the page that is asked for; `None` where the field has no pages or takes its own default.
    fn page(
        &self,
        field: &Field,
        at: Pos,
        meta: Option<&MetaField>,
        is_connection: bool,
    ) -> Result<Option<u64>, ServerError> {
        let Some(meta) = meta else { return Ok(None) };
        let maximum = self.limits.page_size;
        let refused = |why: String| {
            error(
                "PAGE_SIZE",
                format!("`{}` {why}", field.name.node),
                Some(at),
            )
        };
        let mut sizes = Vec::new();
        for name in ["first", "last"] {
            if !meta.args.contains_key(name) {
                continue;
            }
            match self.argument(field, name) {
                None | Some(ConstValue::Null) => {}
                Some(ConstValue::Number(number)) => match number.as_u64() {
                    Some(size) if (1..=maximum).contains(&size) => sizes.push(size),
                    _ => return Err(refused(format!("takes `{name}` from 1 to {maximum}"))),
                },
                // Of the wrong type: the validation says so.
                Some(_) => sizes.push(maximum),
            }
        }
        match sizes.as_slice() {
            [] if is_connection => Err(refused(format!("needs `first` or `last`, 1 to {maximum}"))),
            [_, _] if is_connection => Err(refused("takes `first` or `last`, not both".into())),
            sizes => Ok(sizes.iter().copied().max()),
        }
    }

    fn argument(&self, field: &Field, name: &str) -> Option<ConstValue> {
        let given = field.get_argument(name)?.node.clone();
        given
            .into_const_with(|name| {
                lookup::variable(self.operation, self.variables, &name).ok_or(())
            })
            .ok()
    }
}
