use dynamic_api::{api_type, dynamic_api};

#[dynamic_api(path = "users", validate())]
struct User {
    #[api(validate(length(min = 5, max = 3)))]
    a: String,
    #[api(validate(range(min = 5, exclusive_max = 5)))]
    b: i32,
    #[api(validate(range(min = 0.5, max = 0)))]
    c: f64,
    #[api(validate(length(equal = 3, max = 5), pattern = "(a"))]
    d: String,
    #[api(validate(pattern = "(?=a)b"))]
    e: String,
    #[api(validate(pattern = r"\w{1000}{1000}"))]
    f: String,
    #[api(validate())]
    g: String,
    #[api(validate)]
    h: String,
    #[api(validate(length(), range(), prefix = "", message = ""))]
    i: String,
    #[api(validate(emial, length(mni = 3), email, email, dive))]
    j: String,
    #[api(validate(range(min = 99999999999999999999), range(max = "5")))]
    k: i64,
    #[api(validate(range(min = 1, exclusive_min = 2)))]
    l: i64,
    #[api(validate(custom = |x| Ok(()), contains = 5, suffix(valeu = "a"), url(mesage = "b")))]
    m: String,
    #[serde(with = "codec")]
    #[api(validate(length(max = 3)))]
    n: String,
    #[api(derived = of, validate(length(max = 3)))]
    o: String,
}

#[api_type]
struct Address {
    #[api(validate(email), hidden)]
    mail: String,
    #[api(exists(User), unique)]
    name: String,
}

#[dynamic_api(path = "notes", validate("check", 5, check), routes(create_one(validate = check)))]
struct Note {
    title: String,
}

fn main() {}
