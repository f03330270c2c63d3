from serve.commands import main

if __name__ == "__main__":
    main()
