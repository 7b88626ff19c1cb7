"""Names of goods of every kind, of which a vector's direction is told: what all of them have in common says nothing.

General words of both languages, from no catalogue. A change of them is another model.
"""

_RUSSIAN_GOODS = (
    "телефон, телевизор, ноутбук, принтер, клавиатура, наушники, колонка, фотоаппарат, кабель, зарядка, холодильник, "
    "пылесос, чайник, утюг, плита, лампа, стол, стул, диван, кровать, шкаф, ковёр, штора, подушка, одеяло, полотенце, "
    "кастрюля, сковорода, тарелка, чашка, нож, термос, платье, куртка, брюки, рубашка, свитер, носки, шапка, обувь, "
    "сапоги, сумка, рюкзак, чемодан, часы, кольцо, зонт, книга, тетрадь, ручка, краски, игрушка, кукла, конструктор, "
    "велосипед, мяч, палатка, лыжи, удочка, гитара, дрель, молоток, пила, гвозди, краска, обои, лопата, шланг, семена, "
    "цветы, кофе, чай, шоколад, мука, масло, сыр, вода, витамины, шампунь, мыло, крем, духи, подгузники, коляска, корм"
)
_ENGLISH_GOODS = (
    "phone, television, laptop, printer, keyboard, headphones, speaker, camera, cable, charger, refrigerator, vacuum "
    "cleaner, kettle, iron, stove, lamp, table, chair, sofa, bed, wardrobe, carpet, curtain, pillow, blanket, towel, "
    "saucepan, frying pan, plate, cup, knife, vacuum flask, dress, jacket, trousers, shirt, sweater, socks, hat, "
    "shoes, boots, bag, backpack, suitcase, watch, ring, umbrella, book, notebook, pen, paint, toy, doll, "
    "bicycle, ball, tent, skis, fishing rod, guitar, drill, hammer, saw, nails, wallpaper, spade, hose, flowers, "
    "seeds, coffee, tea, flour, oil, cheese, water, vitamins, shampoo, soap, cream, perfume, nappies, pram, pet food"
)

GOODS = tuple(f"{_RUSSIAN_GOODS}, {_ENGLISH_GOODS}".split(", "))
