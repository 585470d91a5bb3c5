# language: id
Fitur: inbox
  TUJUAN: Mendapatkan isi dari kotak masuk
  PARAMETER: tidak ada
  BERHASIL: status: OK, data: isi dari inbox
  GAGAL: status: ERROR, data: pesan kesalahan

  @INBOX-1
  Aturan: `inbox` saat ada pesan menghasilkan OK dan isi kotak masuk
    Skenario: membaca satu pesan
      Dengan user "budi" dan "siti" sudah masuk
      Dan "siti" sudah mengirim pesan "halo budi" kepada "budi"
      Ketika "budi" membaca inbox
      Maka hasilnya OK
      Dan inbox "budi" memuat pesan itu

  @INBOX-2
  Aturan: `inbox` sebelum `auth` adalah ERROR
    Skenario: tamu tidak punya kotak masuk
      Dengan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim request: inbox
      Maka hasilnya ERROR

  @INBOX-3
  Aturan: Kotak masuk kosong adalah OK, bukan ERROR
    Skenario: user baru belum menerima apa pun
      Dengan user "budi" sudah masuk
      Ketika "budi" membaca inbox
      Maka hasilnya OK

    Skenario: membaca lagi setelah dibaca
      Dengan user "budi" dan "siti" sudah masuk
      Dan "siti" sudah mengirim pesan "halo budi" kepada "budi"
      Ketika "budi" membaca inbox
      Dan "budi" membaca inbox
      Maka hasilnya OK

  @INBOX-4
  Aturan: Semua pesan yang menunggu tampak, juga dari beberapa pengirim
    Skenario: tiga pesan dari dua pengirim
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan "siti" sudah mengirim pesan "yang pertama" kepada "budi"
      Dan "tono" sudah mengirim pesan "yang kedua" kepada "budi"
      Dan "siti" sudah mengirim pesan "yang ketiga" kepada "budi"
      Ketika "budi" membaca inbox
      Maka hasilnya OK
      Dan inbox "budi" memuat semua pesan itu

    Skenario: pesan baru setelah dibaca
      Dengan user "budi" dan "siti" sudah masuk
      Dan "siti" sudah mengirim pesan "yang pertama" kepada "budi"
      Ketika "budi" membaca inbox
      Maka hasilnya OK
      Ketika "siti" mengirim pesan "yang kedua" kepada "budi"
      Maka inbox "budi" memuat pesan itu

    Skenario: tujuh pesan dari dua pengirim
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "siti" mengirim kepada "budi" pesan-pesan:
        | yang pertama |
        | yang kedua   |
        | yang ketiga  |
      Dan "tono" mengirim pesan "yang keempat" juga kepada "budi"
      Dan "tono" mengirim pesan "yang kelima" juga kepada "budi"
      Dan "tono" mengirim pesan "yang keenam" juga kepada "budi"
      Dan "siti" mengirim pesan "yang ketujuh" juga kepada "budi"
      Maka inbox "budi" memuat semua pesan itu

    Skenario: banyak pesan sekaligus
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" mengirim kepada "budi" seratus sepuluh pesan
      Maka inbox "budi" memuat semua pesan itu

    Skenario: banyak pesan yang panjang
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" mengirim kepada "budi" lima puluh pesan yang panjang
      Maka inbox "budi" memuat semua pesan itu

    Skenario: pesan langsung, di antaranya pesan grup
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "siti" berisi "siti", "budi" dan "tono"
      Ketika "tono" mengirim pesan "langsung" kepada "budi"
      Maka hasilnya OK
      Ketika "siti" mengirim pesan lain ke grup "kelas"
      Dan "tono" mengirim pesan "langsung lagi" juga kepada "budi"
      Maka inbox "budi" memuat semua pesan itu

    Skenario: pesan tetap menunggu setelah penerima logout
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" mengirim pesan "menunggu" kepada "budi"
      Dan "budi" keluar
      Dan "budi" masuk
      Maka inbox "budi" memuat pesan itu

    Skenario: pesan grup tetap menunggu setelah penerima logout
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "siti" berisi "siti", "budi" dan "tono"
      Ketika "siti" mengirim pesan "menunggu" ke grup "kelas"
      Tetapi jika pesan itu tidak sampai di inbox "tono", skenario ini selesai
      Ketika "budi" keluar
      Dan "budi" masuk
      Maka inbox "budi" memuat pesan itu

    Skenario: pesan tetap menunggu setelah koneksi penerima putus
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" mengirim pesan "menunggu" kepada "budi"
      Dan "budi" memutus koneksi
      Dan "budi" masuk
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "budi" memuat pesan itu

    Skenario: pesan tetap menunggu setelah auth yang gagal atas nama penerima
      Dengan user "siti" sudah masuk
      Dan user "budi" sudah terdaftar
      Ketika "siti" mengirim pesan "menunggu" kepada "budi"
      Dan "penyusup" masuk sebagai "budi" dengan password yang salah
      Dan "budi" masuk
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "budi" memuat pesan itu

    Skenario: pesan tetap menunggu setelah user lain mendaftar
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" mengirim pesan "menunggu" kepada "budi"
      Dan "rina" mendaftar
      Maka inbox "budi" memuat pesan itu

    Skenario: kotak masuk tidak bergantung pada yang dibaca user sebelumnya di koneksi itu
      Dengan user "budi" dan "tono" sudah masuk
      Dan user "siti" sudah terdaftar
      Dan "tono" sudah mengirim pesan "untuk budi" kepada "budi"
      Ketika "budi" membaca inbox
      Dan "budi" keluar
      Dan "tono" mengirim pesan "untuk siti" kepada "siti"
      Dan "budi" mengirim request: auth {nama siti} {password siti}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka kotak masuk di koneksi "budi" memuat pesan itu

    Skenario: pesan dari empat pengirim
      Dengan user "budi", "siti", "tono", "wati" dan "agus" sudah masuk
      Dan "siti" sudah mengirim pesan "dari siti" kepada "budi"
      Dan "tono" sudah mengirim pesan "dari tono" kepada "budi"
      Dan "wati" sudah mengirim pesan "dari wati" kepada "budi"
      Dan "agus" sudah mengirim pesan "dari agus" kepada "budi"
      Maka inbox "budi" memuat semua pesan itu

    Skenario: pesan, di antaranya sebuah file
      Dengan user "budi" dan "siti" sudah masuk
      Tetapi jika tidak ada file milik server yang diketahui, skenario ini selesai
      Ketika "siti" mengirim pesan "sebelum file" kepada "budi"
      Maka hasilnya OK
      Ketika "siti" mengirim file itu kepada "budi"
      Dan "siti" mengirim pesan "setelah file" juga kepada "budi"
      Maka inbox "budi" memuat semua pesan itu

    Skenario: pesan yang tiba selagi inbox dibaca
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" mengirim dua puluh pesan kepada "budi", yang sementara itu membaca inbox
      Maka inbox "budi" memuat semua pesan itu

  @INBOX-5
  Aturan: Pesan milik user lain tidak tampak
    Skenario: dua user, dua kotak masuk
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan "siti" sudah mengirim pesan "untuk budi" kepada "budi"
      Maka inbox "tono" tidak memuat pesan itu
      Dan inbox "budi" memuat pesan itu

    Skenario: user dengan nama yang mirip tidak melihat pesan
      Dengan user "budi" sudah masuk
      Dan user "siti" dan "sitinur" sudah masuk, nama yang kedua diawali nama yang pertama
      Ketika "budi" mengirim pesan "rahasia" kepada "siti"
      Maka inbox "sitinur" tidak memuat pesan itu
      Dan inbox "siti" memuat pesan itu

    Skenario: user yang namanya menjadi awal nama user lain tidak melihat pesan
      Dengan user "budi" sudah masuk
      Dan user "siti" dan "sitinur" sudah masuk, nama yang kedua diawali nama yang pertama
      Ketika "budi" mengirim pesan "rahasia" kepada "sitinur"
      Maka inbox "siti" tidak memuat pesan itu
      Dan inbox "sitinur" memuat pesan itu

    Skenario: nama user lain di belakang inbox tidak membuka kotak masuknya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan "tono" sudah mengirim pesan "untuk siti saja" kepada "siti"
      Ketika "budi" mengirim request: inbox {nama siti}
      Maka hasilnya tidak memuat pesan itu

  @INBOX-6
  Aturan: Pembacaan oleh satu user tidak mengambil apa pun dari kotak masuk user lain
    Skenario: pembacaan oleh user lain tidak mengosongkan
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan "siti" sudah mengirim pesan "untuk budi" kepada "budi"
      Ketika "tono" membaca inbox
      Maka hasilnya OK
      Dan inbox "budi" memuat pesan itu

    @sendiri
    Skenario: inbox dari tamu tidak mengosongkan
      Dengan "tamu" terkoneksi tanpa masuk
      Dan user "siti" dan "budi" sudah masuk
      Dan "siti" sudah mengirim pesan "untuk budi" kepada "budi"
      Ketika "tamu" mengirim request: inbox
      Maka hasilnya ERROR, atau koneksinya ditutup
      Dan inbox "budi" memuat pesan itu

    Skenario: membaca tidak mengosongkan inbox para pengirimnya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan "siti" sudah mengirim pesan "dari siti" kepada "budi"
      Ketika "tono" mengirim pesan "untuk siti" kepada "siti"
      Dan "budi" membaca inbox
      Maka inbox "siti" memuat pesan itu

    Skenario: user lain membaca inbox-nya sendiri yang berisi
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan "siti" sudah mengirim pesan "yang pertama" kepada "budi"
      Ketika "budi" membaca inbox
      Dan "siti" mengirim pesan "untuk tono" kepada "tono"
      Dan "siti" mengirim kepada "budi" pesan-pesan:
        | yang kedua  |
        | yang ketiga |
      Dan "tono" membaca inbox
      Maka inbox "budi" memuat semua pesan itu

  @INBOX-7
  Aturan: `data` dari kotak masuk ada dan bukan null
    Skenario: kotak masuk kosong
      Dengan user "budi" sudah masuk
      Ketika "budi" membaca inbox
      Maka datanya ada dan bukan null

    Skenario: kotak masuk berisi
      Dengan user "budi" dan "siti" sudah masuk
      Dan "siti" sudah mengirim pesan "halo budi" kepada "budi"
      Ketika "budi" membaca inbox
      Maka datanya ada dan bukan null

    Skenario: kotak masuk yang sudah dibaca
      Dengan user "budi" dan "siti" sudah masuk
      Dan "siti" sudah mengirim pesan "halo budi" kepada "budi"
      Ketika "budi" membaca inbox
      Dan "budi" membaca inbox
      Maka datanya ada dan bukan null
