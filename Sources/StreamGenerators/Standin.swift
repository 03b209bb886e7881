// Stand-in until the first real file.
