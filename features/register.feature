# language: id
Fitur: register
  TUJUAN: Mendaftar sebagai user baru di server yang terkoneksi
  PARAMETER1: nama user
  PARAMETER2: password user
  BERHASIL: status: OK, data: pesan user sudah teregistrasi
  GAGAL: status: ERROR, data: pesan kesalahan

  @REGISTER-1
  Aturan: `register` dengan nama baru menghasilkan OK dan pesan
    Skenario: nama baru
      Dengan "budi" terkoneksi tanpa masuk
      Ketika "budi" mendaftar
      Maka hasilnya OK dengan data yang terisi

    Skenario: nama yang menjadi awal nama user lain
      Dengan user "budi" sudah terdaftar
      Ketika "tamu" mendaftar dengan nama "budi" tanpa huruf terakhir
      Maka hasilnya OK

  @REGISTER-2
  Aturan: `register` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan "budi" terkoneksi tanpa masuk
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang        | request              |
        | tanpa parameter    | register             |
        | tanpa password     | register {nama budi} |

    Skenario: nama yang ditolak karena tanpa password belum terdaftar
      Dengan "budi" terkoneksi tanpa masuk
      Ketika "budi" mengirim request: register {nama budi}
      Maka hasilnya ERROR
      Ketika "budi" mendaftar
      Maka hasilnya OK

  @REGISTER-3
  Aturan: User baru dapat `auth`
    Skenario: user baru masuk dengan passwordnya
      Dengan "budi" terkoneksi tanpa masuk
      Ketika "budi" mendaftar
      Maka hasilnya OK
      Ketika "budi" masuk
      Maka hasilnya OK dengan data yang terisi

    Skenario: user yang didaftarkan dari dalam session pun dapat masuk
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request: register {nama rina} {password rina}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" keluar
      Dan "rina" masuk
      Maka hasilnya OK

  @REGISTER-4
  Aturan: Nama yang sudah ada ditolak
    Garis-Besar Skenario: nama yang sudah ada dengan password <password>
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mendaftar lagi dengan password <password>
      Maka hasilnya ERROR

      Contoh:
        | password  |
        | yang sama |
        | lain      |

  @REGISTER-5
  Aturan: `register` yang ditolak tidak mengubah apa pun: password lama berlaku, yang baru tidak
    Skenario: password lama tetap berlaku
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mendaftar lagi dengan password lain
      Maka hasilnya ERROR
      Ketika "budi" masuk
      Maka hasilnya OK

    Skenario: password baru tidak berlaku, juga bila user itu sedang masuk
      Dengan user "budi" sudah masuk
      Ketika "tamu" mengirim request: register {nama budi} Rahasia77x
      Maka hasilnya ERROR
      Ketika "tamu" mengirim request: auth {nama budi} Rahasia77x
      Maka hasilnya ERROR

    Skenario: password baru tidak berlaku
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mendaftar lagi dengan password lain
      Maka hasilnya ERROR
      Ketika "budi" masuk dengan password lain
      Maka hasilnya ERROR

    Skenario: ditolak dua kali pun password baru tidak berlaku
      Dengan user "budi" sudah terdaftar
      Ketika "tamu" mengirim request: register {nama budi} Rahasia77x
      Maka hasilnya ERROR
      Ketika "tamu" mengirim request: register {nama budi} Rahasia77x
      Maka hasilnya ERROR, atau koneksinya ditutup
      Ketika "budi" mengirim request: auth {nama budi} Rahasia77x
      Maka hasilnya ERROR

    Skenario: pesan yang sudah diterima tetap ada
      Dengan user "budi" sudah terdaftar
      Dan user "siti" sudah masuk
      Dan "siti" sudah mengirim pesan "simpan ini" kepada "budi"
      Ketika "budi" mendaftar lagi dengan password lain
      Maka hasilnya ERROR
      Ketika "budi" masuk
      Maka inbox "budi" memuat pesan itu

    Skenario: pesan yang sudah diterima tetap ada, juga bila user itu sedang masuk
      Dengan user "budi" dan "siti" sudah masuk
      Dan "siti" sudah mengirim pesan "simpan ini" kepada "budi"
      Ketika "tamu" mengirim request: register {nama budi} Rahasia77x
      Maka hasilnya ERROR
      Dan inbox "budi" memuat pesan itu

    Skenario: pendaftar yang ditolak tidak masuk sebagai user itu
      Dengan user "budi" sudah terdaftar
      Ketika "tamu" mengirim request: inbox
      Maka permintaan itu memang ditolak
      Ketika "tamu" mengirim request: register {nama budi} Rahasia77x
      Maka hasilnya ERROR
      Ketika "tamu" mengirim request: inbox
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: session user itu tetap berjalan
      Dengan user "budi" sudah masuk
      Ketika "tamu" mengirim request: register {nama budi} Rahasia77x
      Maka hasilnya ERROR
      Ketika "budi" mengirim request: inbox
      Maka hasilnya OK

    Skenario: session yang mendaftarkannya pun tetap berjalan
      Dengan user "budi" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" mengirim request: register {nama siti} Rahasia77x
      Maka hasilnya ERROR
      Ketika "budi" mengirim request: inbox
      Maka hasilnya OK

    Skenario: keanggotaan grupnya tetap
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "tamu" mengirim request: register {nama siti} Rahasia77x
      Dan "budi" mengirim pesan "masih anggota" ke grup "kelas"
      Tetapi jika pesan itu tidak sampai di inbox "tono", skenario ini selesai
      Maka inbox "siti" memuat pesan itu

  @REGISTER-6
  Aturan: `register` tidak memerlukan session
    Skenario: mendaftar sebagai request pertama di koneksi baru
      Dengan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mendaftar
      Maka hasilnya OK
