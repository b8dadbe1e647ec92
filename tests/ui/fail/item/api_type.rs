use dynamic_api::api_type;

#[api_type]
#[derive(Clone)]
struct Pair(u8, u8);

#[api_type]
struct Unit;

#[api_type]
#[derive(Clone, Copy)]
union Bits {
    int: u32,
}

#[api_type]
struct Generic<T> {
    value: T,
}

#[api_type(rename = "x")]
struct Options {
    #[api(hidden)]
    value: u8,
    #[serde(flatten)]
    wide: i128,
}

fn main() {}
