use dynamic_api::dynamic_api;

#[dynamic_api(path = "nothings")]
struct Nothing {}

fn main() {
    let _ = Nothing {};
}
