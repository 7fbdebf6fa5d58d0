@main
struct Porthole {
    static func main() { print("porthole") }
}
