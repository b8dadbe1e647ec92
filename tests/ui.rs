//! What the macros accept, and what they say where they don't. `TRYBUILD=overwrite` writes the expected messages anew.

#[test]
fn accepted_and_refused() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*/*.rs");
    cases.compile_fail("tests/ui/fail/*/*.rs");
}
