@main struct SkinMICLe { static func main() {} }
