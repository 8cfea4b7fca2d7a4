package main

// product is one thing that the shop sells. The picture is static/<ID>.svg.
type product struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Price   string   `json:"price"`
	Line    string   `json:"line"` // one sentence for the list
	Text    string   `json:"-"`
	Reviews []review `json:"-"`
}

type review struct {
	Author string `json:"author"`
	Stars  int    `json:"stars"`
	Text   string `json:"text"`
}

var products = []product{
	{
		ID: "kettle", Name: "Ridge Kettle", Price: "42.00",
		Line: "Boils a litre in under four minutes.",
		Text: "Hard-anodised aluminium with a heat exchanger welded to the base. The lid locks, the handle stays cool, and the spout pours without a drip.",
		Reviews: []review{
			{"Marit", 5, "Three winters of morning coffee and not a dent."},
			{"Jonas", 4, "Fast. The lid could be easier to clean."},
		},
	},
	{
		ID: "lantern", Name: "Harbour Lantern", Price: "58.00",
		Line: "Warm light for sixty hours.",
		Text: "A dimmable lantern with a frosted shade that does not dazzle. Hangs from its bail, stands on its foot, and charges anything over its second port.",
		Reviews: []review{
			{"Ada", 5, "The only light we take to the cabin."},
			{"Petr", 5, "Survived a night in the rain and a fall from the table."},
		},
	},
	{
		ID: "skillet", Name: "Ember Skillet", Price: "36.50",
		Line: "Carbon steel that forgives open fire.",
		Text: "Twenty-four centimetres of pre-seasoned carbon steel with a folding handle. Lighter than cast iron, and better every time it is used.",
		Reviews: []review{
			{"Lena", 4, "Season it once more before the first egg."},
			{"Tom", 5, "Pancakes over coals. Enough said."},
		},
	},
}
