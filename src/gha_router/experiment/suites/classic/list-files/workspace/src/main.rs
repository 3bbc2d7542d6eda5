fn main() {
    println!("moss");
}
