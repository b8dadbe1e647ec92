use dynamic_api::dynamic_api;

#[dynamic_api(path = "articles", index(words), text_index(words))]
struct Article {
    #[api(derived)]
    a: String,
    #[api(derived = "f")]
    b: String,
    #[api(derived(load = f))]
    c: String,
    #[api(derived = f, read_only)]
    d: String,
    #[api(derived = f, write_only)]
    e: String,
    #[api(derived = f, default)]
    f: String,
    #[api(derived = f)]
    #[serde(with = "text")]
    g: String,
    #[api(derived(read = f), hidden)]
    h: String,
    #[api(derived(read = f), unique)]
    words: String,
    #[api(derived(read = f), no_filter)]
    i: String,
    #[api(hidden, no_filter)]
    j: String,
}

fn f(_: &Article) -> String {
    String::new()
}

fn main() {}
