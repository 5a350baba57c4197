//! Conditions of permissions and of role assignments.
//!
//! A condition is kept as it was written and read when it is first asked. `parse.rs` reads, `expression.rs` prints,
//! `truth.rs` decides. A text that is no condition never holds, so what carries it grants nothing.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/conditions-format>.

mod attributes;
mod expression;
mod operator;
mod parse;
mod truth;

use crate::fault::Fault;
use crate::members;
use crate::world::Document;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

pub use attributes::{Attributes, Circumstances};
pub use expression::{AttributeName, Comparison, Expression, Form, Operand, Source, Value};
pub use operator::{Kind, Operator, Relation, SetOperator};

/// A condition as its author wrote it.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The expression.
    pub text: Cow<'static, str>,
    /// The version of the language it is written in, `2.0`.
    pub version: Cow<'static, str>,
    /// INVARIANT: what `text` says, once it has been read.
    expression: OnceLock<Option<Arc<Expression>>>,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.version) == (&other.text, &other.version)
    }
}

impl Eq for Condition {}

impl Condition {
    /// Makes a condition that is known when the program is built.
    pub const fn known(text: &'static str, version: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), version: Cow::Borrowed(version), expression: OnceLock::new() }
    }

    /// Makes a condition of a text that a caller sent.
    pub const fn new(text: String, version: Cow<'static, str>) -> Self {
        Self { text: Cow::Owned(text), version, expression: OnceLock::new() }
    }

    /// Reads `condition` and `conditionVersion` of an object; an empty condition is none.
    ///
    /// # Errors
    /// `content-is-valid` when a member is of another type.
    pub fn read(object: &Document) -> Result<Option<Self>, Fault> {
        let version = members::filled_text(object, "conditionVersion")?.map_or(Cow::Borrowed("2.0"), Cow::Owned);
        Ok(members::filled_text(object, "condition")?.map(|text| Self::new(text, version)))
    }

    /// Returns what the text says; nothing when it is no condition.
    pub fn expression(&self) -> Option<&Expression> {
        self.expression.get_or_init(|| parse::parse(&self.text).map(Arc::new)).as_deref()
    }

    /// Returns whether the condition holds for the action.
    pub fn is_met(&self, action: &str, at: Circumstances<'_>) -> bool {
        self.expression().is_some_and(|it| truth::holds(it, action, at))
    }

    /// Returns whether the condition asks for the time.
    pub fn asks_for_the_time(&self) -> bool {
        let mut asks = false;
        if let Some(expression) = self.expression() {
            expression.visit_attributes(&mut |attribute| asks |= attribute.is_utc_now());
        }
        asks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    const WRITE: &str = "Microsoft.Authorization/roleAssignments/write";
    const READ: &str = "Microsoft.DataFactory/factories/read";
    const GUARDED: &str = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR \
        (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] \
        ForAnyOfAnyValues:GuidEquals {acdd72a7-3385-48ef-bd42-f606fba81ae7, \
        b24988ac618042a0ab8820f7382dd24c}))";

    fn condition(text: &str) -> Condition {
        Condition::new(text.to_owned(), Cow::Borrowed("2.0"))
    }

    fn met_with(text: &str, action: &str, attributes: &Attributes) -> bool {
        let now = Timestamp::parse("2030-01-01T00:00:00Z").unwrap();
        let condition = condition(text);
        assert!(condition.expression().is_some(), "{text} is no condition");
        condition.is_met(action, Circumstances { attributes, now })
    }

    fn met(text: &str) -> bool {
        let texts = |all: &[&str]| all.iter().map(|text| Value::Text(text.to_string())).collect::<Vec<_>>();
        let attributes = Attributes::default()
            .with(Source::Resource, "name", texts(&["abcd"]))
            .with(Source::Resource, "a/b:Colours", texts(&["red", "blue"]))
            .with(Source::Resource, "a/b/tags:Project", texts(&["Cascade"]))
            .with(Source::Resource, "a/b/tags:owner", texts(&["ada"]))
            .with(Source::Principal, "level", vec![Value::Number(10), Value::Number(20)])
            .with(Source::Request, "id", vec![Value::Guid(Uuid::from_u128(0xa))])
            .with(Source::Environment, "isPrivateLink", vec![Value::Bool(false)])
            .of_sub_operation("Blob.List");
        met_with(text, READ, &attributes)
    }

    #[test]
    fn a_guard_lets_other_actions_through_and_the_tests_decide_for_its_own() {
        let role = |id: u128| {
            Attributes::default().with(
                Source::Request,
                "microsoft.authorization/roleassignments:roledefinitionid",
                vec![Value::Guid(Uuid::from_u128(id))],
            )
        };
        let reader = 0xacdd72a7_3385_48ef_bd42_f606fba81ae7;
        assert!(met_with(GUARDED, READ, Attributes::NONE));
        assert!(!met_with(GUARDED, WRITE, Attributes::NONE));
        assert!(met_with(GUARDED, &WRITE.to_uppercase(), &role(reader)));
        assert!(met_with(GUARDED, WRITE, &role(0xb24988ac_6180_42a0_ab88_20f7382dd24c)));
        assert!(!met_with(GUARDED, WRITE, &role(1)));
        assert!(met("NOT ActionMatches{ 'Microsoft.Authorization/*' } && ActionMatches{'*/read'}"));
    }

    /// The page's own examples, then what it says of each operator.
    #[test]
    fn operators_do_what_the_page_says() {
        for (text, expected) in [
            ("@Resource[name] StringLike 'a*c?'", true),
            ("@Resource[name] StringLike 'A*C?'", false),
            ("@Resource[name] StringLikeIgnoreCase 'A*C?'", true),
            ("@Resource[name] StringNotLike 'a*c'", true),
            ("{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'blue', 'green'}", true),
            ("{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'orange', 'green'}", false),
            ("{'red', 'blue'} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}", true),
            ("{'red', 'blue'} ForAllOfAnyValues:StringEquals {'red', 'green'}", false),
            ("{10, 20} ForAnyOfAllValues:NumericLessThan {15, 18}", true),
            ("{10, 20} ForAllOfAllValues:NumericLessThan {5, 15, 18}", false),
            ("{10, 20} ForAllOfAllValues:NumericLessThan {25, 30}", true),
            ("@Resource[a/b:colours] ForAllOfAnyValues:StringEquals {'red', 'blue', 'green'}", true),
            ("{'red', 'green'} ForAnyOfAnyValues:StringNotEquals @Resource[a/b:Colours]", true),
            ("@Resource[a/b:Colours] stringEquals 'red'", false),
            ("@Resource[name] StringStartsWithIgnoreCase 'AB' AND @Resource[name] StringNotStartsWith 'AB'", true),
            ("@Principal[level] ForAllOfAllValues:NumericGreaterThanEquals 10 AND 9 NumericLessThan 10", true),
            ("@Request[id] GuidEquals 0000000000000000000000000000000a", true),
            ("@Request[id] GuidNotEquals '00000000-0000-0000-0000-00000000000a'", false),
            ("@Environment[isPrivateLink] boolequals FALSE", true),
            ("@Environment[UtcNow] DateTimeGreaterThan '2029-12-31T23:59:59.9Z'", true),
            ("@Environment[utcnow] DateTimeGreaterThanEquals '2030-01-01T01:00:00+00:00'", false),
            ("SubOperationMatches{'blob.list'} && !(SubOperationMatches{'Blob.Read'})", true),
        ] {
            assert_eq!(met(text), expected, "{text}");
        }
    }

    #[test]
    fn tags_are_asked_by_key_and_for_their_keys() {
        assert!(met("@Resource[a/b/tags:project] StringEquals 'Cascade'"));
        assert!(met("@Resource[a/b/tags:Project<$key_case_sensitive$>] StringEquals 'Cascade'"));
        assert!(!met("@Resource[a/b/tags:project<$key_case_sensitive$>] StringEquals 'Cascade'"));
        assert!(met("@Resource[a/b/tags&$keys$&] ForAllOfAnyValues:StringEquals {'Project', 'owner', 'more'}"));
        assert!(!met("@Request[a/b/tags&$keys$&] ForAllOfAnyValues:StringEquals {'Project', 'owner', 'more'}"));
    }

    #[test]
    fn what_is_not_there_makes_a_comparison_false_whichever_the_operator() {
        for operator in Operator::all() {
            let value = match operator.kind {
                Kind::Text => "'a'",
                Kind::Number => "1",
                Kind::DateTime => "'2030-01-01T00:00:00Z'",
                Kind::Bool => "true",
                Kind::Guid => "acdd72a7-3385-48ef-bd42-f606fba81ae7",
            };
            let text = format!("@Resource[missing] {} {value}", operator.as_str());
            assert!(!met(&text) && met(&format!("!({text})")) && met(&format!("NOT {text}")), "{text}");
        }
        assert!(met("Exists @Resource[name] AND NOT Exists @Resource[missing]"));
        assert!(!met("@Resource[name] NumericNotEquals 1"), "a text that is no number fits no number");
    }

    #[test]
    fn what_is_not_a_condition_is_never_met() {
        let deep = |n| format!("{}!(ActionMatches{{'x'}}){}", "(".repeat(n), ")".repeat(n));
        assert!(condition(&deep(10)).expression().is_some());
        for text in [
            "",
            "true",
            "()",
            "!",
            "ActionMatches",
            "ActionMatches{}",
            "!(ActionMatches{x})",
            "!(ActionMatches{'x'",
            "!(ActionMatches{'x'}) extra",
            "!(ActionMatches{'x'}) )",
            "!(ActionMatches{'x'}) & !(ActionMatches{'y'})",
            "!(ActionMatches{'x'}) OR Exists @Resource[a] AND Exists @Resource[b]",
            "!(ActionMatches{'x'}) OR",
            "!(ActionMatches{'x'})\u{a0}OR !(ActionMatches{'y'})",
            "'",
            "{",
            "@Resource[] StringEquals 'a'",
            "@Resource[a StringEquals 'a'",
            "@Other[a] StringEquals 'a'",
            "@Resource[a] StringEquals a",
            "@Resource[a] StringMatches 'a'",
            "@Resource[a] NumericEquals 1.5",
            "@Resource[a] DateTimeEquals 'yesterday'",
            "@Resource[a] GuidEquals 'a'",
            "@Resource[a] StringEquals {'a', 'b'}",
            "@Resource[a] ForAnyOfAnyValues:StringEquals {}",
            "@Resource[a] ForSomeValues:StringEquals {'a'}",
            "Exists 'a'",
            &deep(100),
            &deep(100_000),
        ] {
            let condition = condition(text);
            assert!(!condition.is_met(READ, Circumstances { attributes: Attributes::NONE, now: Timestamp::default() }), "{text:.60}");
            assert_eq!(condition.expression(), None, "{text:.60}");
        }
    }

    #[test]
    fn every_condition_of_a_built_in_role_is_read_and_reads_back_as_printed() {
        let roles = crate::authorization::built_in_roles::all();
        let permissions = roles.iter().flat_map(|role| role.permissions.iter());
        let mut count = 0;
        for text in permissions.filter_map(|permission| permission.condition.as_ref()) {
            let printed = text.expression().unwrap_or_else(|| panic!("{}", text.text)).to_string();
            assert_eq!(condition(&printed).expression(), text.expression(), "{printed}");
            let is_guarded = text.text.contains("ActionMatches");
            assert_eq!(met_with(&text.text, "Microsoft.Authorization/*/read", Attributes::NONE), is_guarded, "{}", text.text);
            count += 1;
        }
        assert_eq!(count, 32);
    }

    #[test]
    fn printing_writes_the_fewest_parentheses() {
        let printed = |text: &str| condition(text).expression().unwrap().to_string();
        assert_eq!(
            printed(
                " ( (not ((actionmatches { 'a\\'b' })) ) || ((@request[ x:y ] foranyofanyvalues : guidequals{49fc33c1886f4b21a00e1d9993234734})))"
            ),
            "!ActionMatches{'a\\'b'} OR @Request[x:y] ForAnyOfAnyValues:GuidEquals {49fc33c1-886f-4b21-a00e-1d9993234734}"
        );
        assert_eq!(printed("!(Exists @Principal[a] && Exists @Principal[b]) OR (ActionMatches{'c'})").matches('(').count(), 1);
    }

    fn an_attribute() -> impl Strategy<Value = AttributeName> {
        let form = prop::sample::select(vec![Form::Plain, Form::ExactKey, Form::Keys]);
        (prop::sample::select(Source::ALL.to_vec()), "[A-Za-z./]{1,8}(:[A-Za-z_ ]{1,6}[a-z])?", form)
            .prop_map(|(source, name, form)| AttributeName { source, name, form })
    }

    fn a_value(kind: Kind) -> BoxedStrategy<Value> {
        match kind {
            Kind::Text => "\\PC{0,6}|['\\\\*?]{0,4}".prop_map(Value::Text).boxed(),
            Kind::Number => any::<i64>().prop_map(Value::Number).boxed(),
            Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
            Kind::DateTime => (0i64..40_000_000_000_000_000).prop_map(|ticks| Value::DateTime(Timestamp::from_ticks(ticks))).boxed(),
            Kind::Guid => any::<u128>().prop_map(|id| Value::Guid(Uuid::from_u128(id))).boxed(),
        }
    }

    fn a_comparison() -> impl Strategy<Value = Expression> {
        let operator = prop::sample::select(Operator::all().collect::<Vec<_>>());
        let set_operator = prop::option::of(prop::sample::select(SetOperator::ALL.to_vec()));
        (operator, set_operator).prop_flat_map(|(operator, set_operator)| {
            let most = if set_operator.is_some() { 4 } else { 2 };
            let operand = move || {
                let values = prop::collection::vec(a_value(operator.kind), 1..most).prop_map(Operand::Values);
                prop_oneof![an_attribute().prop_map(Operand::Attribute), values]
            };
            (operand(), operand())
                .prop_map(move |(left, right)| Expression::Comparison(Box::new(Comparison { left, set_operator, operator, right })))
        })
    }

    fn an_expression() -> impl Strategy<Value = Expression> {
        let leaf = prop_oneof![
            a_comparison(),
            an_attribute().prop_map(Expression::Exists),
            "[A-Za-z/*'\\\\]{1,6}".prop_map(Expression::ActionMatches),
            "[A-Za-z.]{1,6}".prop_map(Expression::SubOperationMatches),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            let several = prop::collection::vec(inner.clone(), 2..4);
            prop_oneof![
                several.clone().prop_map(Expression::All),
                several.prop_map(Expression::Any),
                inner.prop_map(|term| Expression::Not(Box::new(term))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_as_the_same(expression in an_expression()) {
            let printed = expression.to_string();
            let read = condition(&printed);
            prop_assert_eq!(read.expression(), Some(&expression), "{}", printed);
        }

        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_prints_to_itself(text in "(\\PC|[@(){}\\[\\]'!&|:, ]|AND|OR|Exists @Resource\\[a\\]){0,24}") {
            if let Some(expression) = condition(&text).expression() {
                let read = condition(&expression.to_string());
                prop_assert_eq!(read.expression(), Some(expression), "{}", read.text);
            }
        }

        #[test]
        fn not_turns_the_truth_around(expression in an_expression(), action in "[a-z]{1,3}/read") {
            let at = Circumstances { attributes: Attributes::NONE, now: Timestamp::default() };
            prop_assert_ne!(truth::holds(&expression, &action, at), truth::holds(&Expression::Not(Box::new(expression)), &action, at));
        }
    }
}
