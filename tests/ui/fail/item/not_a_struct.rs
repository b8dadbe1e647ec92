use dynamic_api::dynamic_api;

#[dynamic_api(path = "colours")]
enum Colour {
    Red,
}

#[dynamic_api(path = "points")]
struct Point(f64, f64);

#[dynamic_api(path = "units")]
struct Unit;

#[dynamic_api(path = "bits")]
union Bits {
    float: f32,
    int: u32,
}

#[dynamic_api(path = "functions")]
fn function() {}

fn main() {
    // The items are there all the same.
    let _ = (Colour::Red, Point(0.0, 0.0), Unit, Bits { int: 0 }, function());
}
