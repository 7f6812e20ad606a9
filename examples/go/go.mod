module example.com/text_processor

go 1.24
