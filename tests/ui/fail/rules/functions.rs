use dynamic_api::{Invalid, dynamic_api};

#[dynamic_api(path = "events", validate(in_order, of_another, missing))]
struct Event {
    #[api(validate(custom = even))]
    seats: Option<i64>,
    #[api(validate(custom = even, inner(custom = short)))]
    names: Vec<String>,
    #[api(validate(custom = says_nothing))]
    title: String,
}

fn in_order(event: &Event) -> Result<(), Invalid> {
    if event.title.is_empty() { Err("no title".into()) } else { Ok(()) }
}

fn of_another(event: &str) -> Result<(), Invalid> {
    Err(event.into())
}

fn even(number: &i64) -> Result<(), Invalid> {
    if number % 2 == 0 { Ok(()) } else { Err("must be even".into()) }
}

fn short(text: &str) -> Result<(), Invalid> {
    if text.len() < 5 { Ok(()) } else { Err("must be short".into()) }
}

fn says_nothing(_: &String) -> bool {
    true
}

fn main() {}
