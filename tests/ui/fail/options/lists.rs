use dynamic_api::dynamic_api;

#[dynamic_api(path = "a", page = 20, filter, lenient = true, trashed)]
struct A {
    name: String,
}

#[dynamic_api(path = "b", page(default = 20), filter(), soft_delete, trashed(only))]
struct B {
    name: String,
}

#[dynamic_api(path = "c", page(default = 200, max = 100), filter(indexed))]
struct C {
    name: String,
}

#[dynamic_api(path = "d", page(default = 0, max = 100), page(default = 1, max = 1))]
struct D {
    name: String,
}

#[dynamic_api(path = "e", page(default = "20", max = 4294967296, min = 1))]
struct E {
    name: String,
}

fn main() {}
