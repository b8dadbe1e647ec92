use dynamic_api::dynamic_api;

#[dynamic_api(path = "pages")]
struct Page<'a, T, const N: usize> {
    rows: [&'a T; N],
}

fn main() {
    let _ = Page { rows: [&1] };
}
